/**
 * When the first answer was the built-in model's and a better one comes, the
 * server says so (docs/protocol.md): what is shown is then asked for again,
 * and stays until that is there.
 */
import {
  commands,
  window,
  type InlineCompletionContext,
  type InlineCompletionTriggerKind,
  type Position,
  type TextDocument,
} from 'vscode';
import type { LanguageClient, StaticFeature } from 'vscode-languageclient/node';

interface Refresh {
  textDocument: { uri: string; version: number };
  position: { line: number; character: number };
  /** The one that it is better than is ghost text. */
  inline: boolean;
}

/** Where and how a completion was asked for. */
class Asked {
  private readonly uri: string;
  private readonly version: number;

  constructor(
    document: TextDocument,
    private readonly position: Position,
    readonly triggerKind: InlineCompletionTriggerKind,
  ) {
    this.uri = document.uri.toString();
    this.version = document.version;
  }

  isAt(document: TextDocument, position: Position): boolean {
    return (
      this.uri === document.uri.toString() &&
      this.version === document.version &&
      this.position.isEqual(position)
    );
  }
}

const feature: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    const others = capabilities.experimental as object | undefined;
    capabilities.experimental = { ...others, switchyardRefresh: true };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

export class Refreshes {
  private last: Asked | undefined;
  private again: Asked | undefined;

  /** Before it starts. */
  listen(client: LanguageClient): void {
    client.registerFeature(feature);
    client.onNotification('switchyard/refresh', (refresh: Refresh) =>
      this.refresh(client, refresh),
    );
  }

  /** How the server is to be asked: what we have VS Code ask again it takes
   * for asked by hand, which may be another route's. */
  context(
    document: TextDocument,
    position: Position,
    context: InlineCompletionContext,
  ): InlineCompletionContext {
    const { again } = this;
    this.again = undefined;
    const triggerKind = again?.isAt(document, position)
      ? again.triggerKind
      : context.triggerKind;
    this.last = new Asked(document, position, triggerKind);
    return { ...context, triggerKind };
  }

  private refresh(
    client: LanguageClient,
    { textDocument, position, inline }: Refresh,
  ): void {
    const editor = window.activeTextEditor;
    if (!inline || !editor?.selection.isEmpty) return;
    const { document } = editor;
    const place = client.protocol2CodeConverter.asPosition(position);
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    if (
      uri !== textDocument.uri ||
      document.version !== textDocument.version ||
      !editor.selection.active.isEqual(place) ||
      !this.last?.isAt(document, place)
    )
      return;
    this.again = this.last;
    void commands.executeCommand('editor.action.inlineSuggest.trigger');
  }
}
