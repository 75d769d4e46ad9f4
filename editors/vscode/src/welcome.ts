/** The walkthrough: which of its steps hold, and when it opens by itself. */
import { commands, window, type ExtensionContext } from 'vscode';
import { BUILTIN, type Status } from './protocol';
import { say } from './say';
import type { ServerState } from './server';

const WALKTHROUGH = 'switchyard.switchyard#start';
const WELCOMED = 'welcomed';

/** Kinds of servers that are looked for here; their names in `when`. */
const LOOKED_FOR: Record<string, string> = {
  ollama: 'ollama',
  'llama.cpp': 'llamacpp',
  lmstudio: 'lmstudio',
  vllm: 'vllm',
};

const set = (name: string, value: unknown) =>
  commands.executeCommand('setContext', `switchyard.${name}`, value);

export const tellState = (state: ServerState) => set('state', state);

/** A model of another provider than those is there by configuration. */
export function tellFound(status: Status): void {
  const providers = status.models
    .filter((m) => m.model !== BUILTIN)
    .map((m) => m.provider);
  for (const [provider, name] of Object.entries(LOOKED_FOR))
    void set(`found.${name}`, providers.includes(provider));
  void set(
    'found.configured',
    providers.some((provider) => !(provider in LOOKED_FOR)),
  );
  void set('found.any', providers.length > 0);
  if (status.shown > 0) void set('answered', true);
}

export const openWalkthrough = () =>
  commands.executeCommand(
    'workbench.action.openWalkthrough',
    WALKTHROUGH,
    false,
  );

/** Once in the life of the installation; who is at work is only told of it. */
export async function welcome(context: ExtensionContext): Promise<void> {
  if (context.globalState.get(WELCOMED)) return;
  await context.globalState.update(WELCOMED, true);
  if (window.activeTextEditor)
    await say(
      'info',
      'what was found on this machine, and how to begin:',
      'switchyard.walkthrough',
    );
  else await openWalkthrough();
}
