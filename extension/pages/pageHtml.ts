/** Addresses and secrets that a page's HTML is made of. */
export interface PageParts {
  readonly title: string;
  /** Addresses as the webview sees them. */
  readonly script: string;
  readonly style: string;
  /** Where the webview's own files come from, for the policy. */
  readonly cspSource: string;
  /** Fresh for each page. */
  readonly nonce: string;
}

/**
 * The HTML of a page: nothing but its policy, its style and its script. Nothing may be loaded from elsewhere, and no script or style runs
 * that does not come from our own files or carry the nonce; the meta element hands the nonce to the controls, which add a style of theirs.
 */
export function pageHtml({ title, script, style, cspSource, nonce }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta property="csp-nonce" content="${attribute(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<link rel="stylesheet" href="${attribute(style)}">
</head>
<body>
<script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
