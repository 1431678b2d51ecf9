import { provideVSCodeDesignSystem, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(vsCodeCheckbox());

export interface CheckboxParts {
  readonly text: string;
  readonly title: string;
  readonly onChange: (checked: boolean) => void;
}

export interface Checkbox {
  readonly element: HTMLElement;
  /** Shows a state without telling of a change. */
  set(checked: boolean): void;
}

/** A checkbox that looks as VS Code's own. */
export function checkbox({ text, title, onChange }: CheckboxParts): Checkbox {
  const element = document.createElement('vscode-checkbox') as HTMLElement & { checked: boolean };
  element.title = title;
  element.textContent = text;
  let shown = false;
  element.addEventListener('change', () => {
    if (element.checked === shown) return;
    shown = element.checked;
    onChange(shown);
  });
  return {
    element,
    set(checked) {
      shown = checked;
      element.checked = checked;
    },
  };
}
