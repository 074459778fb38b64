import { createCore, type Core, type CorePorts } from '../../src/core/createCore.ts';
import type { LlmStream, Model } from '../../src/core/ports/LlmStream.ts';
import type { Workspace } from '../../src/core/ports/Workspace.ts';
import type { Storage } from '../../src/storage/openStorage.ts';
import { systemClock } from '../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from './ports.ts';
import { TestEnvironment } from './TestEnvironment.ts';
import { TestModelMemory } from './TestModelMemory.ts';
import { TestPolicySettings } from './TestPolicySettings.ts';

interface Options extends Partial<Pick<CorePorts, 'clock' | 'log' | 'policySettings' | 'persistence' | 'approvalTimeoutMs'>> {
  llm: LlmStream;
  /** What is known of the model. */
  model?: Partial<Model>;
  workspace: Workspace;
}

/** The runtime core on a real database. */
export function storageCore({ journal, projections, leases, audit }: Storage, { llm, model, workspace, ...others }: Options): Core {
  return createCore({
    journal,
    projections,
    leases,
    audit,
    workspace,
    environment: new TestEnvironment(),
    policySettings: new TestPolicySettings(),
    models: { select: () => Promise.resolve({ name: 'test', provider: 'test', ...model, llm }) },
    modelMemory: new TestModelMemory(),
    clock: systemClock,
    log: new MemoryLog(),
    persistence: { eventDriven: true, debounceMs: 20, maxBatchSize: 50 },
    ...others,
  });
}
