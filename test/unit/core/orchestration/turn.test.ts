import * as assert from 'node:assert/strict';
import type { ChatCompletionRequest } from '@copilotkit/aimock';
import { OpenAiStream } from '../../../../src/llm/OpenAiStream.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { describeEvent } from '../../../../src/protocol/events.ts';
import { ModelServer, routeToCoder, type ScriptedAnswer } from '../../../support/modelServer.ts';

import type { MemoryJournal } from '../../../support/MemoryStore.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';

const write = (path: string, content: string): NonNullable<ScriptedAnswer['toolCalls']> => [{ name: 'write_file', arguments: JSON.stringify({ path, content }) }];

/** What the model was told of its tool calls, in a request. */
function toolResults({ messages }: ChatCompletionRequest): string[] {
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
}

describe('A turn', () => {
  let server: ModelServer;
  let journal: MemoryJournal;
  let core: TestCore;
  beforeEach(async () => {
    server = new ModelServer();
    core = new TestCore(new OpenAiStream({ baseUrl: await server.start(), model: 'scripted', apiKey: 'sk-secret', memory: new TestModelMemory() }));
    journal = core.journal;
    await core.open();
  });
  afterEach(async () => {
    core.dispose();
    await server.stop();
  });

  const lastRequest = (): ChatCompletionRequest => {
    const request = server.requests.at(-1);
    assert.ok(request);
    return request.body;
  };

  it('routes, reads, asks, writes and answers', async () => {
    core.put('a.txt', 'old\n');
    core.approveAll();
    server.script(
      routeToCoder,
      { text: 'I read it.', toolCalls: [{ name: 'read_file', arguments: '{"path":"a.txt"}' }], usage: { prompt_tokens: 100, completion_tokens: 10 } },
      { toolCalls: write('a.txt', 'new\n'), usage: { prompt_tokens: 200, completion_tokens: 20 } },
      { text: 'Done.', usage: { prompt_tokens: 300, completion_tokens: 30 } },
    );
    await core.turn('Change a.txt');
    assert.equal(core.read('a.txt'), 'new\n');
    assert.equal(core.contexts.get(core.sessionId).currentAgent, 'coder');
    const [end] = core.turnEnds();
    assert.equal(end?.data.outcome, 'completed');
    assert.deepEqual(
      core.session.transcript.items.map((item) => item.kind),
      ['user', 'route', 'answer', 'tool', 'tool', 'answer', 'turnEnd'],
    );
    assert.deepEqual(toolResults(lastRequest()), ['old\n', 'Replaced a.txt (1 line).']);
  });

  it('keeps the agent for the next message, without asking for a route again', async () => {
    server.script(routeToCoder, { text: 'One.' }, { text: 'Two.' });
    await core.turn('first');
    await core.turn('second');
    assert.equal(server.served, 3);
    assert.equal(core.of('agent.switched').length, 1);
  });

  // fault 6 of the system before this one: of several calls it ran the first
  it('runs every tool call of an answer, and gives the results in order', async () => {
    core.put('a', 'A');
    core.put('b', 'B');
    const read = (path: string): { name: string; arguments: string } => ({ name: 'read_file', arguments: JSON.stringify({ path }) });
    server.script(routeToCoder, { toolCalls: [read('a'), read('missing'), read('b')] }, { text: 'ok' });
    await core.turn('read');
    assert.deepEqual(toolResults(lastRequest()), ['A', 'Error: missing does not exist.', 'B']);
  });

  // fault 7: arguments that are no valid JSON became {}, and the tool ran with them
  it('runs nothing with guessed arguments, and tells the model what is wrong', async () => {
    core.approveAll();
    server.script(
      routeToCoder,
      {
        toolCalls: [
          { name: 'write_file', arguments: '{"path":"a.md","content":"x"' },
          { name: 'write_file', arguments: '{"path":"b.md"}' },
          { name: 'write_file', arguments: '{"path":"c.md","content":"x","mode":"append"}' },
          { name: 'delete_everything', arguments: '{}' },
        ],
      },
      { text: 'ok' },
    );
    await core.turn('write');
    const [json, missing, extra, unknown] = toolResults(lastRequest());
    assert.match(json ?? '', /not valid JSON/);
    assert.match(missing ?? '', /content/);
    assert.match(extra ?? '', /mode/);
    assert.match(unknown ?? '', /no tool “delete_everything”.*read_file/);
    assert.deepEqual(core.workspace.written, []);
    assert.equal(core.of('tool.execution.started').length, 0);
    assert.equal(core.of('hitl.approval.requested').length, 0);
  });

  // fault 5: the correlation id was lost on the way to the stream service; fault 8: messages without an event
  it('gives every event of a turn one correlation id and a cause within it, and every message an event', async () => {
    core.approveAll();
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') }, { text: 'ok' });
    await core.turn('write');
    const turn = core.events.filter(({ sessionId, type }) => sessionId === core.sessionId && type !== 'session.created');
    const [first, ...rest] = turn;
    assert.ok(first);
    assert.deepEqual(new Set(turn.map(({ correlationId }) => correlationId)), new Set([first.correlationId]));
    const ids = new Set(turn.map(({ eventId }) => eventId));
    assert.deepEqual(
      rest.filter(({ causationId }) => causationId === undefined || !ids.has(causationId)).map(({ type }) => type),
      [],
    );
    assert.deepEqual(
      core.of('session.message.added').map(({ data }) => data.message.role),
      ['user', 'assistant', 'tool', 'assistant'],
    );
    // whoever the catalogue names has published it
    assert.deepEqual(
      core.events.filter(({ type, source }) => !describeEvent(type).publisher.split(', ').includes(source)).map(({ type, source }) => `${type} by ${source}`),
      [],
    );
    assert.deepEqual(
      turn.flatMap(({ seq }) => seq ?? []),
      core.store.of(core.sessionId).map(({ seq }) => seq).slice(1),
    );
  });

  it('gives the model the feedback of a rejection, and changes nothing', async () => {
    core.put('a.md', 'mine');
    core.decideAll(() => ({ decision: 'reject', feedback: 'Use b.md' }));
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') }, { text: 'I will.' });
    await core.turn('write');
    assert.equal(core.read('a.md'), 'mine');
    assert.match(toolResults(lastRequest())[0] ?? '', /rejected[\s\S]*Use b\.md/);
    assert.equal(core.of('tool.execution.started').length, 0);
    assert.equal(core.of('tool.execution.failed')[0]?.data.outcome, 'rejected');
  });

  it('asks again, with the new change, where the file changed while it waited', async () => {
    core.put('a.md', 'old\n');
    let asked = 0;
    core.decideAll(({ preview }) => {
      asked += 1;
      if (asked === 1) core.put('a.md', 'typed meanwhile\n');
      else assert.deepEqual(preview.diff?.rows[0], { kind: 'removed', old: 1, spans: [{ text: 'typed meanwhile', mark: false }] });
      return asked === 1 ? { decision: 'approve', feedback: '' } : { decision: 'reject', feedback: '' };
    });
    server.script(routeToCoder, { toolCalls: write('a.md', 'new\n') }, { text: 'ok' });
    await core.turn('write');
    assert.equal(asked, 2);
    assert.equal(core.read('a.md'), 'typed meanwhile\n');
  });

  it('writes nothing that the journal did not take', async () => {
    core.approveAll();
    journal.refuses = ({ type }) => type === 'tool.execution.started';
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') });
    await core.turn('write');
    assert.equal(core.read('a.md'), undefined);
    assert.equal(core.of('system.journal.failed')[0]?.data.error.code, 'journal_write');
    const last = core.session.transcript.items.at(-1);
    assert.ok(last?.kind === 'problem' && last.title.includes('could not be saved'));
  });

  it('overwrites nothing that was saved in the last moment before the write', async () => {
    core.put('a.md', 'old\n');
    core.approveAll();
    core.bus.on('tool.execution.started', () => core.put('a.md', 'saved just now\n'));
    server.script(routeToCoder, { toolCalls: write('a.md', 'new\n') }, { text: 'ok' });
    await core.turn('write');
    assert.equal(core.read('a.md'), 'saved just now\n');
    assert.match(toolResults(lastRequest())[0] ?? '', /^Error: a\.md is not as it was/);
  });

  it('commits decisions and starts of tools so that they survive a power cut', async () => {
    core.approveAll();
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') }, { text: 'ok' });
    await core.turn('write');
    assert.deepEqual(journal.powerCut, ['hitl.decision.made', 'tool.execution.started']);
  });

  it('ends every call that it announced, also where Stop comes with the end of the answer', async () => {
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') });
    core.bus.on('llm.request.completed', () => {
      if (server.served === 2) core.orchestrator.stop(core.sessionId);
    });
    await core.turn('write');
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    assert.equal(core.of('tool.execution.requested').length, core.of('tool.execution.failed').length);
    assert.equal(core.of('hitl.approval.requested').length, 0);
  });

  it('keeps a message whose title could not be saved', async () => {
    journal.refuses = ({ type }) => type === 'session.updated';
    server.script(routeToCoder, { text: 'ok' });
    await core.turn('hello');
    assert.equal(core.turnEnds()[0]?.data.outcome, 'completed');
  });

  it('takes a message once, however often it is sent, also one that waits for the next step', async () => {
    server.script(routeToCoder, { text: 'ok' }, { text: 'ok too' });
    assert.equal(core.send('hello', 'm1'), 'accepted');
    assert.equal(core.send('hello', 'm1'), 'accepted');
    assert.equal(core.send('other', 'm2'), 'queued');
    assert.equal(core.send('other', 'm2'), 'accepted');
    await core.orchestrator.idle();
    assert.equal(core.send('hello', 'm1'), 'accepted');
    assert.equal(core.send('other', 'm2'), 'accepted');
    await core.orchestrator.idle();
    assert.deepEqual(
      core.of('session.message.added').flatMap(({ data }) => (data.message.role === 'user' ? [data.message.content] : [])),
      ['hello', 'other'],
    );
    assert.equal(core.turnEnds().length, 1);
    assert.equal(server.served, 2);
  });

  it('stops in mid-stream within 100 ms, keeps what came, and shows nothing after it', async () => {
    server.script(routeToCoder, { text: 'word '.repeat(400), chunkSize: 5, latency: 20 });
    core.send('talk');
    await core.next('llm.text.delta');
    const start = performance.now();
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    assert.ok(performance.now() - start < 100);
    const count = core.events.length;
    const message = core.of('session.message.added').at(-1)?.data.message;
    assert.ok(message?.role === 'assistant' && message.interrupted && message.content.startsWith('word'));
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    assert.equal(core.of('agent.error.occurred').length, 0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(core.events.length, count);
  });

  it('stops while it waits for an approval: the question is withdrawn, nothing is written', async () => {
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') });
    core.send('write');
    const { data } = await core.next('hitl.approval.requested');
    core.orchestrator.stop(core.sessionId);
    await core.orchestrator.idle();
    const { approvalId, argumentsHash } = data;
    assert.equal(core.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'late' }), 'already_decided');
    assert.equal(core.read('a.md'), undefined);
    assert.equal(core.of('tool.execution.failed')[0]?.data.outcome, 'cancelled');
  });

  it('keeps the message and says what to do when the server refuses the key, and goes on after a retry', async () => {
    const refused = { error: { status: 401, message: 'Incorrect API key provided: sk-secret' } };
    server.script(refused);
    await core.turn('hello');
    const error = core.of('agent.error.occurred')[0]?.data.error;
    assert.deepEqual([error?.code, error?.status], ['model_auth', 401]);
    const problem = core.session.transcript.items.find((item) => item.kind === 'problem');
    assert.ok(problem);
    assert.match(problem.title, /refused the key/);
    assert.deepEqual(problem.actions, ['setApiKey', 'retry', 'showLog']);
    // the key that the server quotes is in no event and no line of the log, nor is what the person wrote
    const logged = core.log.lines.join('\n');
    assert.match(logged, /model_auth, http:\/\/127[^,]*, status 401, Incorrect API key provided: \[API key\]/);
    assert.doesNotMatch(JSON.stringify(core.events) + logged, /sk-secret/);
    assert.doesNotMatch(logged, /hello/);
    server.script(routeToCoder, { text: 'Hello.' });
    core.orchestrator.resume(core.sessionId);
    await core.orchestrator.idle();
    const message = core.of('session.message.added').at(-1)?.data.message;
    assert.ok(message?.role === 'assistant' && message.content === 'Hello.');
    assert.equal(lastRequest().messages.filter(({ role }) => role === 'user').length, 1);
  });

  it('runs no tool call of an answer that broke off', async () => {
    core.approveAll();
    server.script(routeToCoder, { text: 'I write it now, in several words. ', toolCalls: write('a.md', 'x'), chunkSize: 4, latency: 5, truncateAfterChunks: 5 });
    await core.turn('write');
    assert.equal(core.read('a.md'), undefined);
    assert.equal(core.of('agent.error.occurred')[0]?.data.error.code, 'model_stream_interrupted');
    assert.equal(core.of('tool.execution.requested').length, 0);
  });

  it('runs no tool call of an answer that was cut off by length', async () => {
    core.approveAll();
    server.script(routeToCoder, { toolCalls: write('a.md', 'x'), finishReason: 'length' }, { text: 'ok' });
    await core.turn('write');
    assert.equal(core.read('a.md'), undefined);
    assert.match(toolResults(lastRequest())[0] ?? '', /cut off/);
  });

  it('falls back to keywords, with low confidence, where the orchestrator answers badly', async () => {
    server.script({ text: 'I think the wizard should do it' }, { text: 'ok' });
    await core.turn('fix the bug');
    const [route] = core.of('agent.switched');
    assert.deepEqual([route?.data.to, route?.data.confidence], ['coder', 'low']);
  });

  it('refuses writes in Restricted Mode without asking', async () => {
    core.workspace.isTrusted = false;
    core.approveAll();
    server.script(routeToCoder, { toolCalls: write('a.md', 'x') }, { text: 'ok' });
    await core.turn('write');
    assert.equal(core.of('tool.approval.required').length, 0);
    assert.equal(core.of('hitl.approval.requested').length, 0);
    assert.match(toolResults(lastRequest())[0] ?? '', /not trusted/);
    assert.equal(core.read('a.md'), undefined);
  });
});
