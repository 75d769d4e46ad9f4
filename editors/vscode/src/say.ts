/** Messages with the commands that help. */
import { commands, window } from 'vscode';

const BUTTONS: Record<string, string> = {
  'switchyard.choosePath': 'Choose the Program…',
  'switchyard.walkthrough': 'Open the Walkthrough',
  'switchyard.log': 'Show the Log',
  'switchyard.restart': 'Restart',
  'switchyard.toggle': 'Turn It On',
  'switchyard.toggleHere': 'Turn It On',
};

export async function say(
  kind: 'info' | 'warning' | 'error',
  sentence: string,
  ...ids: string[]
): Promise<void> {
  const show = {
    info: window.showInformationMessage,
    warning: window.showWarningMessage,
    error: window.showErrorMessage,
  }[kind];
  const titles = ids.map((id) => BUTTONS[id] ?? id);
  const chosen = await show(`Switchyard: ${sentence}`, ...titles);
  const id = chosen && ids[titles.indexOf(chosen)];
  if (id) await commands.executeCommand(id);
}
