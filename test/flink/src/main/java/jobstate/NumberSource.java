package jobstate;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The numbers 0, 1, 2, … below {@code limit}, behind which it stays idle: split s of n has s, s + n, s + 2n, …, as the embedded runtime's
 * generator source. {@code perSecond} bounds the rate over all splits, 0 does not; {@code perPoll} is how many numbers one call of the
 * reader emits.
 */
final class NumberSource implements Source<Long, NumberSource.Stride, Integer>, ResultTypeQueryable<Long> {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private final long perSecond;
    private final int perPoll;

    NumberSource(long limit, long perSecond, int perPoll) {
        this.limit = limit;
        this.perSecond = perSecond;
        this.perPoll = perPoll;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public TypeInformation<Long> getProducedType() {
        return Types.LONG;
    }

    @Override
    public SplitEnumerator<Stride, Integer> createEnumerator(SplitEnumeratorContext<Stride> context) {
        List<Stride> all = new ArrayList<>();
        int count = context.currentParallelism();
        for (int first = 0; first < count; first++) {
            all.add(new Stride(first, count, first));
        }
        return new Enumerator(context, all);
    }

    /** Splits are handed out at once, so that none is left to be restored: the readers have them. */
    @Override
    public SplitEnumerator<Stride, Integer> restoreEnumerator(SplitEnumeratorContext<Stride> context, Integer none) {
        return new Enumerator(context, new ArrayList<>());
    }

    @Override
    public SourceReader<Long, Stride> createReader(SourceReaderContext context) {
        return new Reader(limit, perSecond / (double) context.currentParallelism(), perPoll);
    }

    @Override
    public SimpleVersionedSerializer<Stride> getSplitSerializer() {
        return new StrideSerializer();
    }

    @Override
    public SimpleVersionedSerializer<Integer> getEnumeratorCheckpointSerializer() {
        return new NothingSerializer();
    }

    static final class Stride implements SourceSplit {
        final int first;
        final int step;
        long next;

        Stride(int first, int step, long next) {
            this.first = first;
            this.step = step;
            this.next = next;
        }

        @Override
        public String splitId() {
            return "stride-" + step + "-" + first;
        }
    }

    private static final class Enumerator implements SplitEnumerator<Stride, Integer> {
        private final SplitEnumeratorContext<Stride> context;
        private final List<Stride> waiting;

        Enumerator(SplitEnumeratorContext<Stride> context, List<Stride> waiting) {
            this.context = context;
            this.waiting = waiting;
        }

        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtask, String host) {}

        @Override
        public void addSplitsBack(List<Stride> back, int subtask) {
            waiting.addAll(back);
            if (context.registeredReaders().containsKey(subtask)) {
                addReader(subtask);
            }
        }

        @Override
        public void addReader(int subtask) {
            for (Stride stride : List.copyOf(waiting)) {
                if (stride.first % context.currentParallelism() == subtask) {
                    waiting.remove(stride);
                    context.assignSplit(stride, subtask);
                }
            }
        }

        @Override
        public Integer snapshotState(long checkpoint) {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static final class Reader implements SourceReader<Long, Stride> {
        private final long limit;
        private final double perSecond;
        private final int perPoll;
        private final List<Stride> strides = new ArrayList<>();
        private CompletableFuture<Void> assigned = new CompletableFuture<>();
        private long startedNanos;
        private long emitted;

        Reader(long limit, double perSecond, int perPoll) {
            this.limit = limit;
            this.perSecond = perSecond;
            this.perPoll = perPoll;
        }

        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<Long> output) {
            if (strides.isEmpty()) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            long allowed = perPoll;
            if (perSecond > 0) {
                allowed = Math.min(allowed, (long) ((System.nanoTime() - startedNanos) / 1e9 * perSecond) - emitted);
            }
            if (allowed <= 0) {
                return InputStatus.NOTHING_AVAILABLE;
            }
            boolean more = false;
            for (Stride stride : strides) {
                for (long i = 0; i < allowed && stride.next < limit; i++) {
                    output.collect(stride.next);
                    stride.next += stride.step;
                }
                emitted += allowed;
                more |= stride.next < limit;
            }
            return more ? InputStatus.MORE_AVAILABLE : InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            if (strides.isEmpty()) {
                return assigned;
            }
            return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS));
        }

        @Override
        public List<Stride> snapshotState(long checkpoint) {
            List<Stride> copy = new ArrayList<>();
            for (Stride stride : strides) {
                copy.add(new Stride(stride.first, stride.step, stride.next));
            }
            return copy;
        }

        @Override
        public void addSplits(List<Stride> more) {
            strides.addAll(more);
            startedNanos = System.nanoTime();
            emitted = 0;
            assigned.complete(null);
        }

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }

    private static final class StrideSerializer implements SimpleVersionedSerializer<Stride> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Stride stride) {
            return ByteBuffer.allocate(16).putInt(stride.first).putInt(stride.step).putLong(stride.next).array();
        }

        @Override
        public Stride deserialize(int version, byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Stride(in.getInt(), in.getInt(), in.getLong());
        }
    }

    private static final class NothingSerializer implements SimpleVersionedSerializer<Integer> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(Integer nothing) {
            return new byte[0];
        }

        @Override
        public Integer deserialize(int version, byte[] bytes) {
            return 0;
        }
    }
}
