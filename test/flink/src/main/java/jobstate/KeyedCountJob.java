package jobstate;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Counts the numbers by their remainder, as keyedCount.ts does on the embedded runtime: numbers, pairs, keyBy, counts, sink, with the same
 * uids and state. {@code --keys N --limit N --rate N --per-poll N --samples FOLDER --source-uid UID}.
 */
public final class KeyedCountJob {
    private KeyedCountJob() {}

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().enableObjectReuse();
        env.fromSource(
                        new NumberSource(
                                options.number("limit", Long.MAX_VALUE),
                                options.number("rate", 0),
                                (int) options.number("per-poll", 1)),
                        WatermarkStrategy.noWatermarks(),
                        "numbers")
                .uid(options.text("source-uid", "numbers"))
                .map(new ToPair(options.number("keys", 1000)))
                .name("pairs")
                .uid("pairs")
                .keyBy(pair -> pair.f0, Types.LONG)
                .process(new Count(options.text("samples", null)))
                .name("counts")
                .uid("counts")
                .sinkTo(new DiscardingSink<>())
                .name("sink")
                .uid("sink");
        env.execute("keyed count");
    }

    private static final class ToPair extends RichMapFunction<Long, Tuple2<Long, Long>> {
        private static final long serialVersionUID = 1L;

        private final long keys;
        private transient Tuple2<Long, Long> pair;

        ToPair(long keys) {
            this.keys = keys;
        }

        @Override
        public void open(OpenContext context) {
            pair = new Tuple2<>(0L, 1L);
        }

        @Override
        public Tuple2<Long, Long> map(Long number) {
            pair.f0 = number % keys;
            return pair;
        }
    }

    private static final class Count extends KeyedProcessFunction<Long, Tuple2<Long, Long>, Tuple2<Long, Long>> {
        private static final long serialVersionUID = 1L;

        private final String folder;
        private transient ValueState<Long> count;
        private transient Tuple2<Long, Long> counted;
        private transient RateSamples samples;

        Count(String folder) {
            this.folder = folder;
        }

        @Override
        public void open(OpenContext context) throws Exception {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
            counted = new Tuple2<>();
            if (folder != null) {
                var task = getRuntimeContext().getTaskInfo();
                samples = new RateSamples(folder, task.getIndexOfThisSubtask(), task.getAttemptNumber());
            }
        }

        @Override
        public void processElement(Tuple2<Long, Long> pair, Context context, Collector<Tuple2<Long, Long>> out)
                throws Exception {
            Long before = count.value();
            long now = (before == null ? 0 : before) + pair.f1;
            count.update(now);
            counted.f0 = pair.f0;
            counted.f1 = now;
            out.collect(counted);
            if (samples != null) {
                samples.record();
            }
        }

        @Override
        public void close() throws Exception {
            if (samples != null) {
                samples.close();
            }
        }
    }
}
