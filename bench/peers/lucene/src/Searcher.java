import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MultiCollectorManager;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.MMapDirectory;

/** Answers queries from an index of one segment. */
final class Searcher {
  private final IndexSearcher searcher;
  private final LeafReader leaf;
  private final Sort newestFirst = new Sort(Fields.newestFirst());

  Searcher(Path index) throws IOException {
    final DirectoryReader reader;
    try {
      reader = DirectoryReader.open(new MMapDirectory(index));
    } catch (IndexNotFoundException e) {
      throw new Failure("no index in " + index);
    }
    final int segments = reader.leaves().size();
    if (segments != 1) throw new Failure("the index has " + segments + " segments instead of one");
    leaf = reader.leaves().get(0).reader();
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    searcher.setSimilarity(Fields.similarity());
  }

  Answer answer(QueryTree.Filtered asked, Mode mode) throws IOException {
    final Query query = asked.toLucene();
    final Answer answer = new Answer();
    switch (mode) {
      case TOP10 -> addHits(answer, searcher.search(query, new TopScoreDocCollectorManager(10, 10)), true);
      case TOP100 -> addHits(answer, searcher.search(query, new TopScoreDocCollectorManager(100, 100)), true);
      case NEWEST10 -> addHits(answer, searcher.search(query, new TopFieldCollectorManager(newestFirst, 10, 10)), false);
      case COUNT -> answer.total = searcher.count(query);
      case TOP10_COUNT -> addCounted(answer, asked, query);
      case TOP10_FACETS -> addFaceted(answer, query);
    }
    return answer;
  }

  private void addCounted(Answer answer, QueryTree.Filtered asked, Query query) throws IOException {
    if (asked.countsFasterApart()) {
      addHits(answer, searcher.search(query, new TopScoreDocCollectorManager(10, 10)), true);
      answer.total = searcher.count(query);
      return;
    }
    final TopDocs top = searcher.search(query, new TopScoreDocCollectorManager(10, Integer.MAX_VALUE));
    addHits(answer, top, true);
    answer.total = top.totalHits.value();
  }

  private void addFaceted(Answer answer, Query query) throws IOException {
    final TopScoreDocCollectorManager best = new TopScoreDocCollectorManager(10, Integer.MAX_VALUE);
    final FacetCounter.Manager names = new FacetCounter.Manager(leaf);
    final Object[] found = searcher.search(query, new MultiCollectorManager(best, names));
    final TopDocs top = (TopDocs) found[0];
    addHits(answer, top, true);
    answer.total = top.totalHits.value();
    answer.facets = ((FacetCounter) found[1]).facets();
  }

  /** Numbers instead of Lucene's own numbers. */
  private void addHits(Answer answer, TopDocs top, boolean scored) throws IOException {
    final ScoreDoc[] docs = top.scoreDocs;
    answer.hits = new long[docs.length];
    if (scored) answer.scores = new float[docs.length];
    for (int i = 0; i < docs.length; ++i) {
      final NumericDocValues numbers = leaf.getNumericDocValues(Fields.NUMBER); // moves only forward
      numbers.advanceExact(docs[i].doc);
      answer.hits[i] = numbers.longValue();
      if (scored) answer.scores[i] = docs[i].score;
    }
  }
}
