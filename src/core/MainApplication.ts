import { randomUUID } from 'node:crypto';
import type { Core } from './createCore.ts';
import type { Journal } from './ports/Journal.ts';

const SOURCE = 'MainApplication';

interface Dependencies {
  core: Pick<Core, 'bus' | 'orchestrator' | 'policy' | 'persistence' | 'registerAgents'>;
  journal: Pick<Journal, 'checkpoint'>;
  extensionVersion: string;
}

/** The runtime's begin and end, as everybody hears of them. */
export class MainApplication {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Says that the runtime is up, and makes the agents known. Throws {@link JournalWriteError}: then it is not up. */
  start(): void {
    const { core, extensionVersion } = this.#dependencies;
    const correlationId = randomUUID();
    core.bus.publish({ type: 'system.startup', source: SOURCE, correlationId, data: { extensionVersion } });
    core.registerAgents(correlationId);
    core.policy.noteSettings();
  }

  /**
   * Says that the runtime ends, and resolves when every handler is done and what was pending is saved. Turns stay open, to be
   * resumed. Rejects where the end could not be saved: nothing is lost by that.
   */
  async end(): Promise<void> {
    const { core, journal } = this.#dependencies;
    await core.orchestrator.suspend();
    core.bus.publish({ type: 'system.shutdown', source: SOURCE, correlationId: randomUUID(), data: {} });
    await core.bus.idle();
    await core.persistence.flush();
    journal.checkpoint();
  }
}
