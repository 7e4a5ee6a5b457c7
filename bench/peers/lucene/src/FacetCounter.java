import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.DocIdStream;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;

/** Counts the names of all matches by their ordinals, a block of matches and a field at a time. For one segment. */
final class FacetCounter implements Collector, LeafCollector {
  private static final int BLOCK = 1024;
  private static final int TOP = 10;

  /** One field of names. */
  private static final class Column {
    final String name;
    final boolean allByName; // not the ten most frequent
    final SortedSetDocValues values;
    final SortedDocValues single; // where no article has several
    final int[] counts;

    Column(LeafReader leaf, String name, boolean months) throws IOException {
      this.name = name;
      allByName = months;
      if (months) {
        values = null;
        single = DocValues.getSorted(leaf, name);
        counts = new int[single.getValueCount()];
      } else {
        values = DocValues.getSortedSet(leaf, name);
        single = DocValues.unwrapSingleton(values);
        counts = new int[(int) values.getValueCount()];
      }
    }

    void count(int[] docs, int size) throws IOException {
      if (single != null) {
        for (int i = 0; i < size; ++i) {
          if (single.advanceExact(docs[i])) ++counts[single.ordValue()];
        }
        return;
      }
      for (int i = 0; i < size; ++i) {
        if (!values.advanceExact(docs[i])) continue;
        for (int left = values.docValueCount(); left > 0; --left) ++counts[(int) values.nextOrd()];
      }
    }

    private Answer.Count named(int ordinal) throws IOException {
      final String text = (single != null ? single.lookupOrd(ordinal) : values.lookupOrd(ordinal)).utf8ToString();
      return new Answer.Count(text, counts[ordinal]);
    }

    /** Ordinals are in the order of names. */
    List<Answer.Count> result() throws IOException {
      final List<Answer.Count> result = new ArrayList<>();
      if (allByName) {
        for (int ordinal = 0; ordinal < counts.length; ++ordinal) {
          if (counts[ordinal] > 0) result.add(named(ordinal));
        }
        return result;
      }
      // The worst on top: the least frequent, and of equals the last by name.
      final PriorityQueue<Integer> best = new PriorityQueue<>(
          TOP + 1, (a, b) -> counts[a] != counts[b] ? Integer.compare(counts[a], counts[b]) : Integer.compare(b, a));
      int atLeast = 1;
      for (int ordinal = 0; ordinal < counts.length; ++ordinal) {
        if (counts[ordinal] < atLeast) continue;
        best.add(ordinal);
        if (best.size() > TOP) best.poll();
        if (best.size() == TOP) atLeast = counts[best.peek()] + 1;
      }
      while (!best.isEmpty()) result.add(0, named(best.poll()));
      return result;
    }
  }

  /** Hands one out for the one segment. */
  record Manager(LeafReader leaf) implements CollectorManager<FacetCounter, FacetCounter> {
    @Override
    public FacetCounter newCollector() throws IOException {
      return new FacetCounter(leaf);
    }

    @Override
    public FacetCounter reduce(Collection<FacetCounter> counters) {
      return counters.iterator().next();
    }
  }

  private final Column[] columns;
  private final int[] block = new int[BLOCK];
  private int size;

  private FacetCounter(LeafReader leaf) throws IOException {
    columns = new Column[] {new Column(leaf, "outlet", false), new Column(leaf, "byline", false),
                            new Column(leaf, "section", false), new Column(leaf, "month", true)};
  }

  Map<String, List<Answer.Count>> facets() throws IOException {
    final Map<String, List<Answer.Count>> facets = new LinkedHashMap<>();
    for (Column column : columns) facets.put(column.name, column.result());
    return facets;
  }

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  @Override
  public LeafCollector getLeafCollector(LeafReaderContext context) {
    return this;
  }

  @Override
  public void setScorer(Scorable scorer) {}

  @Override
  public void collect(int doc) throws IOException {
    block[size++] = doc;
    if (size == BLOCK) flush();
  }

  @Override
  public void collect(DocIdStream stream) throws IOException {
    flush();
    for (size = stream.intoArray(block); size > 0; size = stream.intoArray(block)) flush();
  }

  @Override
  public void finish() throws IOException {
    flush();
  }

  private void flush() throws IOException {
    for (Column column : columns) column.count(block, size);
    size = 0;
  }
}
