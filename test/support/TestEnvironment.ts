import type { Environment } from '../../src/core/ports/Environment.ts';

/** A computer that is the same in every test. */
export class TestEnvironment implements Environment {
  active: string | undefined;

  os(): string {
    return 'TestOS 1';
  }

  shell(): string {
    return '/bin/test';
  }

  activeFile(): string | undefined {
    return this.active;
  }
}
