/**
 * Keys of services: kept in VS Code's secret storage under the name of the
 * environment variable in which the server looks for them, and handed to it
 * there. They never stand in a setting, a file or the log.
 */
import { EventEmitter, type ExtensionContext } from 'vscode';

const INDEX = 'keys'; // names only: the storage itself can't be listed
const PREFIX = 'environment:';

export const NAME = /^[A-Z_][A-Z0-9_]*$/;

export class Keys {
  private readonly changed = new EventEmitter<void>();
  /** Another window has set or removed one. */
  readonly onDidChange = this.changed.event;
  private own = 0; // changes of ours that are yet to be heard of

  constructor(private readonly context: ExtensionContext) {
    context.subscriptions.push(
      this.changed,
      context.secrets.onDidChange(({ key }) => {
        if (!key.startsWith(PREFIX)) return;
        if (this.own > 0) this.own--;
        else this.changed.fire();
      }),
    );
  }

  names(): string[] {
    return this.context.globalState.get<string[]>(INDEX, []);
  }

  async set(name: string, value: string): Promise<void> {
    await this.context.globalState.update(
      INDEX,
      [...new Set([...this.names(), name])].sort(),
    );
    this.own++;
    await this.context.secrets.store(PREFIX + name, value);
  }

  async remove(name: string): Promise<void> {
    await this.context.globalState.update(
      INDEX,
      this.names().filter((other) => other !== name),
    );
    this.own++;
    await this.context.secrets.delete(PREFIX + name);
  }

  /** What was stored goes before what the editor was started with. */
  async environment(): Promise<NodeJS.ProcessEnv> {
    const env = { ...process.env };
    for (const name of this.names()) {
      const value = await this.context.secrets.get(PREFIX + name);
      if (value) env[name] = value;
    }
    return env;
  }

  /** Where a key is, for people. */
  whereabouts(name: string): string {
    if (this.names().includes(name)) return 'stored here';
    return process.env[name] ? 'in the environment' : 'not set';
  }
}
