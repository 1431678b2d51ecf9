/** Runs one bundled bench in a process of its own and prints its result as one line of JSON. */
import { pathToFileURL } from 'node:url';

const { bench } = await import(pathToFileURL(process.argv[2]).href);
const figure = await bench.run();
if (!Number.isFinite(figure)) throw new Error(`The bench ${bench.name} did not measure a number but ${figure}.`);
const { name, unit, floor, better } = bench;
const meets = (limit) => (better === 'higher' ? figure >= limit : figure <= limit);
const rounded = Number(figure.toPrecision(4));
const nearly = meets(better === 'higher' ? floor / 2 : floor * 2);
console.log(JSON.stringify({ name, figure: rounded, unit, floor, ok: meets(floor), nearly, better }));
