/** Flink's value of a watermark that has not come yet: -2^63. */
const noWatermark = '-9223372036854775808';

export function watermarkText(watermarkMs: number | undefined): string {
  return watermarkMs === undefined ? noWatermark : String(watermarkMs);
}
