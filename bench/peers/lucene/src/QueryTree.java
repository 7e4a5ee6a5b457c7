import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.Term;
import org.apache.lucene.queries.intervals.IntervalQuery;
import org.apache.lucene.queries.intervals.Intervals;
import org.apache.lucene.queries.intervals.IntervalsSource;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexOrDocValuesQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** A query of the file, parsed; from it Lucene's own query is made for each answer. */
final class QueryTree {
  private final String op;
  private final String text; // the stem of a term, the prefix of a prefix
  private final List<String> words = new ArrayList<>();
  private final int distance;
  private final List<QueryTree> parts = new ArrayList<>(); // of not: yes, no; of maybe: yes, boost

  private QueryTree(JsonObject tree) {
    op = tree.get("op").getAsString();
    switch (op) {
      case "term" -> text = tree.get("stem").getAsString();
      case "prefix" -> text = tree.get("prefix").getAsString();
      default -> text = null;
    }
    distance = op.equals("near") ? tree.get("distance").getAsInt() : 0;
    switch (op) {
      case "and", "or" -> {
        for (JsonElement part : tree.getAsJsonArray("of")) parts.add(new QueryTree(part.getAsJsonObject()));
      }
      case "not" -> addPair(tree, "yes", "no");
      case "maybe" -> addPair(tree, "yes", "boost");
      case "phrase", "near" -> {
        for (JsonElement word : tree.getAsJsonArray("words")) words.add(word.getAsString());
      }
      case "term", "prefix" -> {}
      default -> throw new Failure("unknown op " + op);
    }
  }

  private void addPair(JsonObject tree, String first, String second) {
    parts.add(new QueryTree(tree.getAsJsonObject(first)));
    parts.add(new QueryTree(tree.getAsJsonObject(second)));
  }

  /**
   * Whether an exact count apart from a search that prunes is faster than one walk that scores all. As measured: where
   * counting needs no scores it skims blocks, but positions and intersections are not to be walked twice.
   */
  private boolean countsFasterApart() {
    return switch (op) {
      case "phrase", "near", "and" -> false;
      default -> parts.stream().allMatch(QueryTree::countsFasterApart);
    };
  }

  private Query toLucene() {
    final BooleanQuery.Builder group = new BooleanQuery.Builder();
    switch (op) {
      case "term":
        return new TermQuery(new Term(Fields.STEMS, text));
      case "prefix":
        return new PrefixQuery(new Term(Fields.WORDS, text));
      case "phrase":
        return new PhraseQuery(0, Fields.WORDS, words.toArray(new String[0]));
      case "near":
        final IntervalsSource[] sources = words.stream().map(Intervals::term).toArray(IntervalsSource[]::new);
        return new IntervalQuery(Fields.WORDS, Intervals.maxwidth(distance + 1, Intervals.unordered(sources)));
      case "and":
        for (QueryTree part : parts) group.add(part.toLucene(), Occur.MUST);
        break;
      case "or":
        for (QueryTree part : parts) group.add(part.toLucene(), Occur.SHOULD);
        break;
      default:
        group.add(parts.get(0).toLucene(), Occur.MUST);
        group.add(parts.get(1).toLucene(), op.equals("not") ? Occur.MUST_NOT : Occur.SHOULD);
    }
    return group.build();
  }

  /** A query with its filter. */
  static final class Filtered {
    final String id;
    final String queryClass;
    private final QueryTree tree;
    private final String outlet; // null: any
    private final boolean dated;
    private final long from;
    private final long to;

    Filtered(JsonObject query) {
      id = query.get("id").getAsString();
      queryClass = query.get("class").getAsString();
      tree = new QueryTree(query.getAsJsonObject("tree"));
      final JsonObject filter = query.has("filter") ? query.getAsJsonObject("filter") : new JsonObject();
      outlet = filter.has("outlet") ? filter.get("outlet").getAsString() : null;
      dated = filter.has("from") || filter.has("to");
      from = filter.has("from") ? filter.get("from").getAsLong() : Long.MIN_VALUE;
      to = filter.has("to") ? filter.get("to").getAsLong() : Long.MAX_VALUE;
    }

    boolean countsFasterApart() {
      return outlet == null && !dated && tree.countsFasterApart();
    }

    Query toLucene() {
      final Query query = tree.toLucene();
      if (outlet == null && !dated) return query;
      final BooleanQuery.Builder group = new BooleanQuery.Builder();
      group.add(query, Occur.MUST);
      if (outlet != null) group.add(new TermQuery(new Term("outlet", outlet)), Occur.FILTER);
      if (dated) {
        group.add(new IndexOrDocValuesQuery(LongPoint.newRangeQuery(Fields.INSTANT, from, to),
                                            NumericDocValuesField.newSlowRangeQuery(Fields.INSTANT, from, to)),
                  Occur.FILTER);
      }
      return group.build();
    }
  }
}
