import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/** The words between single blanks. An item of U+0002 and a number is no word: it moves the next one that far on. */
final class BlankTokens extends TokenStream {
  private static final char GAP = '\u0002';
  private static final int LONGEST = 8000; // characters; Lucene refuses terms above 32,766 bytes

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final PositionIncrementAttribute increment = addAttribute(PositionIncrementAttribute.class);
  private String text = "";
  private int at;

  /** For the next article. */
  BlankTokens over(String text) {
    this.text = text;
    return this;
  }

  @Override
  public void reset() {
    at = 0;
  }

  @Override
  public boolean incrementToken() {
    clearAttributes();
    int step = 1;
    while (at < text.length()) {
      int end = text.indexOf(' ', at);
      if (end < 0) end = text.length();
      final int begin = at;
      at = end + 1;
      if (text.charAt(begin) == GAP) {
        step += Integer.parseInt(text, begin + 1, end, 10);
      } else if (end - begin > LONGEST) {
        ++step;
      } else {
        term.append(text, begin, end);
        increment.setPositionIncrement(step);
        return true;
      }
    }
    return false;
  }
}
