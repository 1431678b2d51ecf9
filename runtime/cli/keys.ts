/** The JSON text of a key as it is typed: `ATL` is a text, `12` a number unless the keys are texts. */
export function keyJson(key: string, keyType: string | undefined): string {
  if (keyType === 'STRING' && !key.startsWith('"')) return JSON.stringify(key);
  try {
    return JSON.stringify(JSON.parse(key));
  } catch {
    return JSON.stringify(key);
  }
}
