// The program for this platform, started as GitHub starts it: through dist/index.js, with inputs in
// the environment. Two repositories on this machine; needs git. One sync, one with nothing to do.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

let folder;
const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args],
    { cwd: folder, encoding: 'utf8' });
const refs = (repository) =>
  git('-C', repository, 'for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags');

function sync() {
  const outputs = path.join(folder, 'outputs');
  fs.writeFileSync(outputs, '');
  const result = spawnSync(process.execPath, [launcher], {
    encoding: 'utf8',
    cwd: folder,
    env: {
      ...process.env,
      INPUT_SOURCE_REPO: path.join(folder, 'source'),
      INPUT_TARGET_REPO: path.join(folder, 'target.git'),
      INPUT_BRANCHES: '*',
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: path.join(folder, 'summary.md'),
      RUNNER_TEMP: folder,
    },
  });
  return { ...result, outputs: fs.readFileSync(outputs, 'utf8') };
}

describe('the program for this platform', () => {
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sync-smoke-'));
    git('init', '--quiet', '-b', 'main', 'source');
    for (const number of [1, 2, 3]) {
      fs.writeFileSync(path.join(folder, 'source', 'file'), `${number}\n`.repeat(1000));
      git('-C', 'source', 'add', '.');
      git('-C', 'source', 'commit', '--quiet', '-m', `ünïcode ${number}`);
    }
    git('-C', 'source', 'branch', 'feature/größe');
    git('-C', 'source', 'tag', 'v1');
    git('init', '--quiet', '--bare', '-b', 'main', 'target.git');
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  it('says what it was built from', () => {
    const { stdout, status } = spawnSync(process.execPath, [launcher, '--version'],
      { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^sync-action \d+\.\d+\.\d+\r?\nsource: [0-9a-f]{64}\r?\n/);
  });

  it('brings every ref across', () => {
    const { stdout, stderr, status, outputs } = sync();
    assert.equal(status, 0, stdout + stderr);
    assert.equal(refs('target.git'), refs('source'));
    assert.match(outputs, /has_changes/);
    git('-C', 'target.git', 'fsck', '--full', '--strict');
  });

  it('finds nothing to do afterwards', () => {
    const { stdout, stderr, status } = sync();
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /nothing to do/i);
  });
});
