import com.google.gson.JsonObject;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.Sort;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/** Makes an index of a documents file: one segment. */
final class Builder {
  record Options(Path documents, Path index, int threads, int memoryMb, boolean sorted) {}

  private final Options options;

  Builder(Options options) {
    this.options = options;
  }

  JsonObject build() throws IOException {
    final long start = System.nanoTime();
    final long count;
    final long mergeNanos;
    try (Documents documents = new Documents(options.documents())) {
      removeTree(options.index());
      Files.createDirectories(options.index());
      final IndexWriterConfig config = new IndexWriterConfig();
      config.setSimilarity(Fields.similarity());
      config.setRAMBufferSizeMB(options.memoryMb());
      config.setUseCompoundFile(false);
      if (options.sorted()) config.setIndexSort(new Sort(Fields.newestFirst()));
      try (IndexWriter writer = new IndexWriter(FSDirectory.open(options.index()), config)) {
        addAll(documents, writer);
        final long mergeStart = System.nanoTime();
        writer.forceMerge(1);
        mergeNanos = System.nanoTime() - mergeStart;
        writer.commit();
      }
      count = documents.count();
    }
    final JsonObject done = new JsonObject();
    done.addProperty("engine", Peer.name(options.sorted()));
    done.addProperty("version", Peer.version());
    done.addProperty("documents", count);
    done.addProperty("seconds", (System.nanoTime() - start) / 1e9);
    final var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    done.addProperty("cpu_seconds", system.getProcessCpuTime() / 1e9);
    done.addProperty("merge_seconds", mergeNanos / 1e9);
    done.addProperty("peak_kb", peakKb());
    done.addProperty("bytes", bytesOf(options.index()));
    return done;
  }

  private void addAll(Documents documents, IndexWriter writer) throws IOException {
    final ExecutorService pool = Executors.newFixedThreadPool(options.threads());
    final List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < options.threads(); ++i) {
      workers.add(pool.submit(() -> {
        addSome(documents, writer);
        return null;
      }));
    }
    pool.shutdown();
    try {
      for (Future<?> worker : workers) worker.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) throw cause;
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void addSome(Documents documents, IndexWriter writer) throws IOException {
    final BlankTokens stems = new BlankTokens();
    final BlankTokens words = new BlankTokens();
    final FieldType stemsType = textType(IndexOptions.DOCS_AND_FREQS);
    final FieldType wordsType = textType(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    final Documents.Article article = new Documents.Article();
    while (documents.read(article)) {
      final Document document = new Document();
      document.add(new NumericDocValuesField(Fields.NUMBER, article.number));
      if (!article.stems.isEmpty()) document.add(new Field(Fields.STEMS, stems.over(article.stems), stemsType));
      if (!article.words.isEmpty()) document.add(new Field(Fields.WORDS, words.over(article.words), wordsType));
      addNames(document, "outlet", article.outlets);
      addNames(document, "byline", article.bylines);
      addNames(document, "section", article.sections);
      if (!article.instant.isEmpty()) addInstant(document, Long.parseLong(article.instant));
      writer.addDocument(document);
    }
  }

  private static void addNames(Document document, String field, String names) {
    if (names.isEmpty()) return;
    for (String name : names.split("\u001f")) document.add(new KeywordField(field, name, Field.Store.NO));
  }

  private static void addInstant(Document document, long instant) {
    document.add(new LongPoint(Fields.INSTANT, instant));
    document.add(new NumericDocValuesField(Fields.INSTANT, instant));
    document.add(new SortedDocValuesField("month", new BytesRef(Documents.month(instant))));
  }

  private static FieldType textType(IndexOptions options) {
    final FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(options);
    type.freeze();
    return type;
  }

  private static void removeTree(Path directory) throws IOException {
    if (!Files.exists(directory)) return;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) Files.delete(path);
    }
  }

  private static long bytesOf(Path directory) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path : (Iterable<Path>) files::iterator) bytes += Files.size(path);
    }
    return bytes;
  }

  /** The most memory that the process ever held; 0 where the system does not tell. */
  private static long peakKb() throws IOException {
    final Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) return 0;
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
    return 0;
  }
}
