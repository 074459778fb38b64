// npm run package: builds for production, and makes the .vsix in the project's folder.
import { build } from './lib/build.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { describePackage, packageExtension } from './lib/packageExtension.mjs';
import { runScript } from './lib/runScript.mjs';

await runScript(async (context) => {
  await installDependencies(context);
  await build(context);
  const file = await packageExtension(context);
  for (const line of describePackage(file)) context.steps.say(line);
  return 0;
});
