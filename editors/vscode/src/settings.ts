/** The user's settings: where it is on, and what the server is told of them. */
import { ConfigurationTarget, workspace, type TextDocument } from 'vscode';

export const SECTION = 'switchyard';

/** A route over models that the user already has; see docs on routes. */
export type Route = Record<string, unknown>;

function get<T>(name: string, otherwise: T): T {
  return workspace.getConfiguration(SECTION).get<T>(name) ?? otherwise;
}

export const programPath = () => get('path', '').trim();
export const configFile = () => get('configFile', '').trim();
export const logLevel = () => get('logLevel', 'info');
export const inMenu = () => get('menu', false);
export const isOnAtAll = () => get('enabled', true);

export function isOnFor(languageId: string): boolean {
  return get<Record<string, boolean>>('languages', {})[languageId] !== false;
}

export function isOn(document: TextDocument): boolean {
  return isOnAtAll() && isOnFor(document.languageId);
}

/** The narrowest target that says something now, or the user's own. */
function targetOf(name: string): ConfigurationTarget {
  const said = workspace.getConfiguration(SECTION).inspect(name);
  return said?.workspaceValue === undefined
    ? ConfigurationTarget.Global
    : ConfigurationTarget.Workspace;
}

function update(
  name: string,
  value: unknown,
  target = targetOf(name),
): Thenable<void> {
  return workspace.getConfiguration(SECTION).update(name, value, target);
}

export async function turnLanguage(
  languageId: string,
  on: boolean,
): Promise<void> {
  const { [languageId]: _, ...others } = get<Record<string, boolean>>(
    'languages',
    {},
  );
  const next = on ? others : { ...others, [languageId]: false };
  await update('languages', Object.keys(next).length ? next : undefined);
}

/** Off in the workspace alone, or as everywhere again. */
export async function turnWorkspace(on: boolean): Promise<void> {
  const everywhere =
    workspace.getConfiguration(SECTION).inspect<boolean>('enabled')
      ?.globalValue ?? true;
  await update(
    'enabled',
    on === everywhere ? undefined : on,
    ConfigurationTarget.Workspace,
  );
}

/** What a workspace says otherwise goes: everywhere is here, too. */
export async function turnEverywhere(on: boolean): Promise<void> {
  if (
    workspace.getConfiguration(SECTION).inspect('enabled')?.workspaceValue !==
    undefined
  )
    await update('enabled', undefined, ConfigurationTarget.Workspace);
  await update('enabled', on ? undefined : false, ConfigurationTarget.Global);
}

export const routes = () => get<Route[]>('routes', []);
export const setRoutes = (list: Route[]) =>
  update('routes', list.length ? list : undefined);

/**
 * What workspace/didChangeConfiguration carries: the keys of the configuration
 * that may come from an editor. The lists are there when they are empty, too,
 * since empty settings reset nothing.
 */
export function forServer(): Record<string, unknown> {
  const told: Record<string, unknown> = {
    routes: routes(),
    rules: get('rules', []),
  };
  const keys = {
    debounce_ms: 'debounceMs',
    deadline_ms: 'deadlineMs',
    multiline: 'multiline',
  };
  for (const [key, name] of Object.entries(keys)) {
    const value = get<unknown>(name, null);
    if (value !== null) told[key] = value;
  }
  return told;
}
