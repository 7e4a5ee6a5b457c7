import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** Reads the documents file; threads may share a reader. */
final class Documents implements AutoCloseable {
  /** One line. The number of an article is that of its line. */
  static final class Article {
    long number;
    String instant;
    String outlets;
    String bylines;
    String sections;
    String stems;
    String words;
  }

  private static final int FIELDS = 7;

  private final BufferedReader reader;
  private long next;

  Documents(Path path) throws IOException {
    reader = Files.newBufferedReader(path);
  }

  /** False at the end of the file. */
  boolean read(Article article) throws IOException {
    final String line;
    synchronized (this) {
      line = reader.readLine();
      if (line == null) return false;
      article.number = next++;
    }
    final String[] fields = line.split("\t", -1);
    if (fields.length != FIELDS) {
      throw new Failure("documents, line " + (article.number + 1) + ": has " + fields.length + " fields instead of 7");
    }
    article.instant = fields[1];
    article.outlets = fields[2];
    article.bylines = fields[3];
    article.sections = fields[4];
    article.stems = fields[5];
    article.words = fields[6];
    return true;
  }

  /** How many were read. */
  synchronized long count() {
    return next;
  }

  /** "2019-04" in UTC. */
  static String month(long instant) {
    final ZonedDateTime time = Instant.ofEpochSecond(instant).atZone(ZoneOffset.UTC);
    return String.format("%04d-%02d", time.getYear(), time.getMonthValue());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
