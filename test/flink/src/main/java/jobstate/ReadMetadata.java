package jobstate;

import java.io.DataInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;

/**
 * Reads the {@code _metadata} of a snapshot with Flink's own loader and prints {@code checkpoint ID}, and for every operator
 * {@code operator ID BYTES SUBTASK:BYTES …}.
 */
public final class ReadMetadata {
    private ReadMetadata() {}

    public static void main(String[] arguments) throws Exception {
        Path metadata = Path.of(arguments[0], "_metadata");
        try (var in = new DataInputStream(Files.newInputStream(metadata))) {
            var loaded = Checkpoints.loadCheckpointMetadata(in, ReadMetadata.class.getClassLoader(), arguments[0]);
            System.out.println("checkpoint " + loaded.getCheckpointId());
            for (OperatorState operator : loaded.getOperatorStates()) {
                System.out.println(describe(operator));
            }
        }
    }

    private static String describe(OperatorState operator) {
        String subtasks =
                new TreeMap<>(operator.getSubtaskStates())
                        .entrySet().stream()
                                .map(subtask -> subtask.getKey() + ":" + subtask.getValue().getStateSize())
                                .collect(Collectors.joining(" "));
        return ("operator " + operator.getOperatorID() + " " + operator.getStateSize() + " " + subtasks).trim();
    }
}
