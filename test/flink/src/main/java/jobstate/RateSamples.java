package jobstate;

import java.io.Closeable;
import java.io.FileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/** Writes how many records a subtask has counted, every 100 ms at most: lines of {@code epoch ms,records}. */
final class RateSamples implements Closeable {
    private static final long EVERY_MS = 100;

    private final Writer file;
    private long records;
    private long lastMs;

    RateSamples(String folder, int subtask, int attempt) throws IOException {
        file = new FileWriter(folder + "/rate-" + subtask + "-" + attempt + ".csv");
    }

    void record() {
        if ((++records & 255) != 0) {
            return;
        }
        long nowMs = System.currentTimeMillis();
        if (nowMs - lastMs < EVERY_MS) {
            return;
        }
        lastMs = nowMs;
        try {
            file.write(nowMs + "," + records + "\n");
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
