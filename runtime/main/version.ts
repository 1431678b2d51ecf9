// A named import, so that only this one line of the file comes into the bundles.
import { version } from '../../package.json';

export const productVersion: string = version;
