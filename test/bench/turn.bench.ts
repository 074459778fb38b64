/* What a turn costs: bench:turn, beside a bare loop with the openai SDK, and from send to the first text painted in a real VS Code. */
import { besideSdk } from './turn/besideSdk.ts';
import { SERVE, serve, startFastServer } from './turn/fastServer.ts';
import { inWindow } from './turn/inWindow.ts';
import { median } from './turn/median.ts';

async function main(): Promise<void> {
  const server = await startFastServer(__filename);
  try {
    const sdk = process.argv.includes('--window') ? undefined : await besideSdk(server);
    const window = process.argv.includes('--node') ? undefined : await inWindow(server.text);
    const results: { name: string; figure: number; budget: number; unit: string }[] = [];
    if (sdk !== undefined) {
      console.log(`a model call: ours ${sdk.ours.toFixed(2)} ms, bare SDK loop ${sdk.bare.toFixed(2)} ms`);
      console.log(`1,000 chunks: ours ${sdk.oursPerThousand.toFixed(2)} ms, bare SDK loop ${sdk.barePerThousand.toFixed(2)} ms`);
      results.push(
        { name: 'a model call with journal, over a bare SDK loop', figure: sdk.overPerCall, budget: 5, unit: 'ms' },
        { name: '1,000 chunks, times those of a bare SDK loop', figure: sdk.ratio, budget: 1.5, unit: '×' },
      );
    }
    if (window !== undefined) {
      console.log(`first prompt of a host with the agent chosen: ${median(window.firstRouted).toFixed(1)} ms`);
      console.log(`a bare extension: warm ${median(window.bareWarm).toFixed(1)} ms, first prompt of a host ${median(window.bareFirst).toFixed(1)} ms`);
      results.push(
        { name: 'send to first text, warm', figure: median(window.warm), budget: 30, unit: 'ms' },
        { name: 'send to first text, first prompt of a host', figure: median(window.first), budget: 120, unit: 'ms' },
      );
    }
    for (const { name, figure, budget, unit } of results) console.log(`bench:turn ${name}: ${figure.toFixed(2)} ${unit} (budget ${budget} ${unit})`);
    if (process.argv.includes('--check') && results.some(({ figure, budget }) => !(figure <= budget))) process.exitCode = 1;
  } finally {
    server.stop();
  }
}

if (process.argv.includes(SERVE)) serve();
else void main();
