import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(vsCodeButton());

export interface ButtonParts {
  readonly text: string;
  /** What it does and its key, shown as a tooltip. */
  readonly title: string;
  readonly primary?: boolean;
  readonly onPress: () => void;
}

/** A button that looks as VS Code's own. */
export function button({ text, title, primary = false, onPress }: ButtonParts): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', primary ? 'primary' : 'secondary');
  element.title = title;
  element.textContent = text;
  element.addEventListener('click', onPress);
  return element;
}
