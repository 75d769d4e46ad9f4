/** Documents that nobody saves: explanations and figures. */
import {
  EventEmitter,
  Uri,
  ViewColumn,
  window,
  workspace,
  type ExtensionContext,
} from 'vscode';

const SCHEME = 'switchyard';

export class Documents {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();

  constructor(context: ExtensionContext) {
    context.subscriptions.push(
      this.changed,
      workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.texts.get(uri.path) ?? '',
      }),
    );
  }

  /** Show `text` beside the code; one document for each title. */
  async show(title: string, text: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${title}.md` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, {
      viewColumn: ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  }
}
