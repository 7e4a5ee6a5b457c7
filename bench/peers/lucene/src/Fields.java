import org.apache.lucene.search.SortField;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/** What builder and server must agree on. */
final class Fields {
  static final String NUMBER = "number";
  static final String STEMS = "stems";
  static final String WORDS = "words";
  static final String INSTANT = "instant";

  static Similarity similarity() {
    return new BM25Similarity(1.2f, 0.75f);
  }

  /** The undated last. */
  static SortField newestFirst() {
    return new SortField(INSTANT, SortField.Type.LONG, true, Long.MIN_VALUE);
  }

  private Fields() {}
}
