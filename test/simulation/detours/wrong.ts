/** What is added to the value of a row to show in the output that something is not as it must be. */
export const wrong = 1_000_000_000;
