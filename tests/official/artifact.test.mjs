// The report's artifacts, judged by GitHub's own client: what it cannot list, download and unpack is
// no upload. The service is ours (artifact_service.mjs), so that its bad days can be had on demand.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';

import { DefaultArtifactClient } from '@actions/artifact';

import { ArtifactService } from './artifact_service.mjs';

const kUploader = process.env.UPLOAD_REPORT_BIN;
const kProgram = process.env.SYNC_ACTION_BIN;
const kRunUrl = 'https://github.com/octo/source/actions/runs/4711/artifacts/';
const kHtml = { name: 'sync-report-17.html', bytes: '<!doctype html><title>Üb…</title>\n' };
const kArchive = [
  { name: 'report.json', bytes: `${JSON.stringify({ filler: 'x'.repeat(100_000) })}\n` },
  { name: 'report.md', bytes: '# Übersicht 変更\n' },
  { name: 'empty.txt', bytes: '' },
];
const kTask = { name: 'sync-report-17', archive: kArchive, file: kHtml };

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'artifact-test-'));
after(() => fs.rmSync(root, { recursive: true }));
let folder;
let service;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, 'test-'));
});
afterEach(async () => {
  await service.stop();
  assert.deepEqual(service.complaints, []);
});

const sha256 = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

// Like a runner: standard output is a pipe, and the environment is what the job says.
async function run(program, environment, input) {
  const child = spawn(program, [path.join(folder, 'result')], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...environment },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
  child.stdin.end(input);
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, log };
}

async function upload(task, environment = {}) {
  const { status, log } = await run(
    kUploader,
    { ...service.environment, ...environment },
    JSON.stringify({ ...kTask, ...task }),
  );
  assert.equal(status, 0, log);
  return { ...JSON.parse(fs.readFileSync(path.join(folder, 'result'), 'utf8')), log };
}

// GitHub's client speaks to a job's log by way of standard output, where this would be taken for
// our own; what the test runner writes there is no string.
async function withClient(act) {
  const environment = { ...process.env };
  const write = process.stdout.write;
  Object.assign(process.env, service.environment, { GITHUB_SERVER_URL: 'https://github.com' });
  process.stdout.write = (chunk, ...rest) =>
    typeof chunk === 'string' || write.call(process.stdout, chunk, ...rest);
  try {
    return await act(new DefaultArtifactClient());
  } finally {
    process.env = environment;
    process.stdout.write = write;
  }
}

const listed = () => withClient(async (client) => (await client.listArtifacts()).artifacts);

// The files that GitHub's client makes of an artifact, as { name: content }.
async function downloaded(artifact) {
  const to = path.join(folder, `download-${artifact.id}`);
  const options = { path: to, expectedHash: artifact.digest };
  const got = await withClient((client) => client.downloadArtifact(Number(artifact.id), options));
  assert.equal(got.digestMismatch, false);
  const names = fs.readdirSync(to, { recursive: true });
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(to, name), 'utf8')]));
}

const contents = (files) => Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));

describe("GitHub's own client", () => {
  const kDialects = {
    'in snake case': {},
    'in camel case, with numbers for strings': { camelCase: true, plainNumbers: true },
  };
  for (const [dialect, options] of Object.entries(kDialects)) {
    it(`reads back both artifacts from a service that speaks ${dialect}`, async () => {
      service = await ArtifactService.start(options);
      const { archive, file } = await upload({});
      assert.deepEqual([...archive.warnings, ...file.warnings], []);
      assert.deepEqual(
        (await listed()).map(({ name, id, digest }) => ({ name, id: String(id), digest })).sort(
          (a, b) => a.name.length - b.name.length,
        ),
        [archive, file].map(({ artifact: { name, id, digest } }) => ({ name, id, digest })),
      );
      assert.equal(archive.artifact.url, kRunUrl + archive.artifact.id);
      assert.deepEqual(await downloaded(archive.artifact), contents(kArchive));
      assert.deepEqual(await downloaded(file.artifact), contents([kHtml]));
    });
  }

  it('finds the same bytes whatever the time and the zone', async () => {
    const digests = [];
    for (const zone of ['UTC', 'Pacific/Chatham', 'America/St_Johns']) {
      service = await ArtifactService.start();
      digests.push((await upload({}, { TZ: zone })).archive.artifact.digest);
      if (digests.length < 3) await service.stop();
    }
    assert.deepEqual(digests, Array(3).fill(digests[0]));
  });
});

describe('what the service is told', () => {
  it('is the type and the life of each artifact', async () => {
    service = await ArtifactService.start();
    const begin = Date.now();
    await upload({ retention_days: 30 });
    const kDay = 86_400_000;
    const days = service.finished.map(({ expires_at }) => (Date.parse(expires_at) - begin) / kDay);
    for (const each of days) assert.ok(Math.abs(each - 30) < 0.01, String(each));
    assert.deepEqual(
      service.finished.map(({ mime_type }) => mime_type),
      ['application/zip', 'text/html'],
    );
  });

  it('is a life no longer than the repository allows, and that is told', async () => {
    service = await ArtifactService.start();
    const { archive } = await upload({ retention_days: 30 }, { GITHUB_RETENTION_DAYS: '7' });
    const days = (Date.parse(service.finished[0].expires_at) - Date.now()) / 86_400_000;
    assert.ok(Math.abs(days - 7) < 0.01, String(days));
    assert.match(archive.kept_shorter, /kept for 7 days/);
  });

  it('is no life at all if none is asked for', async () => {
    service = await ArtifactService.start();
    await upload({ retention_days: 0 });
    assert.deepEqual(service.finished.map(({ expires_at }) => expires_at), [undefined, undefined]);
  });
});

describe('the log', () => {
  it('shows a signature only to have it hidden, and never an upload address', async () => {
    service = await ArtifactService.start({ faults: [{ on: 'PutBlob', status: 403 }] });
    const { log } = await upload({});
    const masks = log.split('\n').filter((line) => line.startsWith('::add-mask::'));
    const rest = log.split('\n').filter((line) => !line.startsWith('::add-mask::')).join('\n');
    const signatures = service.calls('PutBlob').map(({ url }) => url);
    assert.equal(signatures.length, 3); // one of them refused
    for (const signature of signatures.flatMap((url) => {
      const raw = /[?&]sig=([^&]*)/.exec(url)[1];
      return [raw, decodeURIComponent(raw)];
    })) {
      // A runner undoes the escapes of a command before it takes the mask.
      assert.ok(masks.includes(`::add-mask::${signature.replaceAll('%', '%25')}`), signature);
      assert.ok(!rest.includes(signature), signature);
    }
    assert.doesNotMatch(rest, /\/blobs\//);
    assert.ok(!log.includes(service.token));
  });
});

// What goes wrong, and how it ends: the name of the archive in the end, or the warning.
const kBadDays = [
  { day: 'CreateArtifact is busy at first', faults: [{ on: 'CreateArtifact', status: 503, times: 2 }], name: 'sync-report-17' },
  { day: 'CreateArtifact answers 500 after it was carried out', faults: [{ on: 'CreateArtifact', status: 500, acts: true }], name: 'sync-report-17-2' },
  { day: 'CreateArtifact answers with a web page', faults: [{ on: 'CreateArtifact', status: 200, body: '<html>' }], name: 'sync-report-17' },
  { day: 'CreateArtifact drops the connection', faults: [{ on: 'CreateArtifact', drop: true }], name: 'sync-report-17' },
  { day: 'CreateArtifact stays busy', faults: [{ on: 'CreateArtifact', status: 503, times: 99 }], warning: /CreateArtifact: HTTP 503.*request ABCD:1234/, calls: { CreateArtifact: 5 } },
  { day: 'CreateArtifact is refused', faults: [{ on: 'CreateArtifact', status: 403, body: { msg: 'no ::error:: for you' } }], warning: /HTTP 403, 'no : :error: : for you'/, calls: { CreateArtifact: 1 } },
  { day: 'CreateArtifact is not ok', faults: [{ on: 'CreateArtifact', status: 200, body: { ok: false } }], warning: /not ok/, calls: { CreateArtifact: 1 } },
  { day: 'the name is taken', taken: ['sync-report-17', 'sync-report-17-2'], name: 'sync-report-17-3' },
  { day: 'all names are taken', faults: [{ on: 'CreateArtifact', status: 409, times: 99 }], warning: /no name was free/, calls: { CreateArtifact: 15 } },
  { day: 'the quota is hit', faults: [{ on: 'CreateArtifact', status: 403, body: { msg: 'insufficient usage to create artifact' } }], warning: /storage.* is full/, calls: { CreateArtifact: 1 } },
  { day: 'the storage is busy at first', faults: [{ on: 'PutBlob', status: 503 }, { on: 'PutBlob', status: 500 }], name: 'sync-report-17', calls: { PutBlob: 3 } },
  { day: 'the storage drops a connection', faults: [{ on: 'PutBlob', drop: true, acts: true }], name: 'sync-report-17', calls: { PutBlob: 2 } },
  { day: 'the storage stays busy', faults: [{ on: 'PutBlob', status: 500, times: 99 }], warning: /storage answered HTTP 500/, calls: { PutBlob: 4, FinalizeArtifact: 0 } },
  { day: 'the upload address is refused once', faults: [{ on: 'PutBlob', status: 403, headers: { 'x-ms-error-code': 'AuthenticationFailed' } }], name: 'sync-report-17-2', calls: { PutBlob: 2 } },
  { day: 'every upload address is refused', faults: [{ on: 'PutBlob', status: 403, times: 99, headers: { 'x-ms-error-code': 'AuthenticationFailed' } }], warning: /HTTP 403, 'AuthenticationFailed'/, calls: { PutBlob: 3 } },
  { day: 'FinalizeArtifact answers 500 before it was carried out', faults: [{ on: 'FinalizeArtifact', status: 500 }], name: 'sync-report-17', calls: { FinalizeArtifact: 2, ListArtifacts: 1 } },
  { day: 'FinalizeArtifact answers 502 after it was carried out', faults: [{ on: 'FinalizeArtifact', status: 502, acts: true }], name: 'sync-report-17', calls: { FinalizeArtifact: 1, ListArtifacts: 1 } },
  { day: 'FinalizeArtifact drops the connection after it was carried out', faults: [{ on: 'FinalizeArtifact', drop: true, acts: true }], name: 'sync-report-17', calls: { FinalizeArtifact: 1 } },
  { day: 'FinalizeArtifact never answers, yet was carried out', faults: [{ on: 'FinalizeArtifact', stall: true, acts: true }], stall_ms: 3000, name: 'sync-report-17', calls: { FinalizeArtifact: 1 } },
  { day: 'FinalizeArtifact was carried out, and the listing fails too', faults: [{ on: 'FinalizeArtifact', status: 500, acts: true }, { on: 'ListArtifacts', status: 500 }], name: 'sync-report-17', calls: { FinalizeArtifact: 2, ListArtifacts: 2 } },
  { day: 'FinalizeArtifact answers 500 and the listing holds other bytes under the name', faults: [{ on: 'FinalizeArtifact', status: 500 }, { on: 'ListArtifacts', status: 200, body: { artifacts: [{ name: 'sync-report-17', database_id: '1', size: '5', digest: sha256('other') }] } }], name: 'sync-report-17', calls: { FinalizeArtifact: 2 } },
  { day: 'FinalizeArtifact fails and spoils the name', faults: [{ on: 'FinalizeArtifact', status: 403, body: { msg: 'try later' } }], name: 'sync-report-17-2', calls: { FinalizeArtifact: 2 } },
  { day: 'FinalizeArtifact always fails', faults: [{ on: 'FinalizeArtifact', status: 400, times: 99, body: { msg: 'no' } }], warning: /FinalizeArtifact: HTTP 400, 'no'/, calls: { FinalizeArtifact: 3 } },
  { day: 'the token is not valid', faults: [{ on: 'CreateArtifact', status: 401, body: { msg: 'bad token' } }], warning: /HTTP 401, 'bad token'/, calls: { CreateArtifact: 1 } },
];

describe('on a bad day', () => {
  for (const { day, faults, taken = [], stall_ms, name, warning, calls = {} } of kBadDays) {
    it(`when ${day}, the archive ${name ? `is called ${name}` : 'is given up with a warning'}`, async () => {
      service = await ArtifactService.start({ faults });
      service.take(...taken);
      const { archive, log } = await upload({ file: undefined, stall_ms });
      for (const [method, count] of Object.entries(calls)) {
        assert.equal(service.calls(method).length, count, `${method}\n${log}`);
      }
      if (warning) {
        assert.equal(archive.artifact, null);
        assert.match(archive.warnings.join('\n'), warning);
        return;
      }
      assert.equal(archive.artifact.name, name, log);
      assert.deepEqual(archive.warnings, []);
      assert.deepEqual((await listed()).map((each) => each.name), [name]);
      assert.deepEqual(await downloaded(archive.artifact), contents(kArchive));
    });
  }

  it('a lone file keeps its extension when its name is taken', async () => {
    service = await ArtifactService.start();
    service.take('sync-report-17.html');
    const { file } = await upload({});
    assert.equal(file.artifact.name, 'sync-report-17-2.html');
    assert.deepEqual(await downloaded(file.artifact), { 'sync-report-17-2.html': kHtml.bytes });
  });
});

// The program as a step of a job, between two repositories on disk.
describe('the program', () => {
  const git = (...parameters) =>
    execFileSync('git', parameters, {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    });

  async function step(environment) {
    const at = (name) => path.join(folder, name);
    git('init', '--quiet', '--initial-branch=main', at('source'));
    git('-C', at('source'), 'commit', '--quiet', '--allow-empty', '--message', 'first');
    git('init', '--quiet', '--bare', at('target'));
    fs.mkdirSync(at('workspace'), { recursive: true });
    fs.mkdirSync(at('temp'));
    fs.writeFileSync(at('output'), '');
    fs.writeFileSync(at('summary'), '');
    const [program, script] = kProgram.endsWith('.js') ? [process.execPath, kProgram] : [kProgram];
    const child = spawn(program, script ? [script] : [], {
      cwd: at('workspace'),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GITHUB_ACTIONS: 'true',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'octo/source',
        GITHUB_RUN_ID: '4711',
        GITHUB_RUN_NUMBER: '17',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_WORKSPACE: at('workspace'),
        GITHUB_OUTPUT: at('output'),
        GITHUB_STEP_SUMMARY: at('summary'),
        RUNNER_TEMP: at('temp'),
        INPUT_SOURCE_REPO: at('source'),
        INPUT_TARGET_REPO: at('target'),
        ...environment,
      },
    });
    let log = '';
    child.stdout.on('data', (text) => (log += text));
    const status = await new Promise((resolve) => child.on('close', resolve));
    const entries = fs.readFileSync(at('output'), 'utf8');
    const outputs = {};
    for (const [, name, , value] of entries.matchAll(/^(\w+)<<(.+)\n([^]*?)\n?\2\n/gm)) {
      outputs[name] = value;
    }
    return { status, log, outputs, summary: fs.readFileSync(at('summary'), 'utf8') };
  }

  const written = (at) => {
    const names = fs.existsSync(at) ? fs.readdirSync(at) : [];
    return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(at, name), 'utf8')]));
  };
  const inWorkspace = () => written(path.join(folder, 'workspace', 'sync-report'));

  it('uploads what it wrote, byte for byte', async () => {
    service = await ArtifactService.start();
    const { status, log, outputs, summary } = await step(service.environment);
    assert.equal(status, 0, log);
    const files = inWorkspace();
    assert.equal(JSON.parse(files['report.json']).status, 'synced');
    assert.match(files['report.md'], /main/);
    const html = Object.keys(files).filter((name) => name.endsWith('.html'));
    const artifacts = await listed();
    assert.deepEqual(
      artifacts.map(({ name }) => name).sort(),
      ['sync-report-17', ...html.map(() => 'sync-report-17.html')],
    );
    for (const artifact of artifacts) {
      const expected = artifact.name === 'sync-report-17' ? files : { [artifact.name]: files[html[0]] };
      assert.deepEqual(await downloaded(artifact), expected);
    }
    const archive = artifacts.find(({ name }) => name === 'sync-report-17');
    assert.equal(outputs.artifact_name, archive.name);
    assert.equal(outputs.artifact_id, String(archive.id));
    assert.equal(outputs.artifact_url, kRunUrl + archive.id);
    assert.equal(fs.readFileSync(outputs.report_file, 'utf8'), files['report.md']);
    assert.ok(summary.includes(`](${outputs.artifact_url})`), summary);
    assert.ok(!log.replace(/^::add-mask::.*$/gm, '').includes(service.token), log);
  });

  it('keeps to the name and the life that it is given', async () => {
    service = await ArtifactService.start();
    const inputs = { INPUT_ARTIFACT_NAME: 'mirror v1.2', INPUT_RETENTION_DAYS: '3' };
    const { outputs } = await step({ ...service.environment, ...inputs });
    assert.equal(outputs.artifact_name, 'mirror v1.2');
    const days = (Date.parse(service.finished[0].expires_at) - Date.now()) / 86_400_000;
    assert.ok(Math.abs(days - 3) < 0.01, String(days));
  });

  for (const [days, warnings, told] of [['30', 0, 'says'], ['90', 1, 'warns']]) {
    it(`${told} that the life is shorter than ${days} days`, async () => {
      service = await ArtifactService.start();
      const inputs = { INPUT_RETENTION_DAYS: days, GITHUB_RETENTION_DAYS: '7' };
      const { log } = await step({ ...service.environment, ...inputs });
      assert.match(log, /kept for 7 days/);
      assert.equal((log.match(/^::warning .*kept for 7 days/gm) ?? []).length, warnings, log);
    });
  }

  it('uploads and writes nothing when no report is wanted', async () => {
    service = await ArtifactService.start();
    const { status } = await step({ ...service.environment, INPUT_REPORT: 'false' });
    assert.equal(status, 0);
    assert.deepEqual(service.requests, []);
    assert.deepEqual(inWorkspace(), {});
  });

  it('does not fail for a full storage, and warns once', async () => {
    const body = { msg: 'insufficient usage to create artifact' };
    service = await ArtifactService.start({
      faults: [{ on: 'CreateArtifact', status: 403, body, times: 99 }],
    });
    const { status, log, outputs } = await step(service.environment);
    assert.equal(status, 0, log);
    assert.equal(log.match(/^::warning .*full/gm).length, 1, log);
    assert.equal(outputs.artifact_id, '');
    assert.ok('report.md' in inWorkspace());
  });

  const kWithout = {
    'the variables are missing': () => ({}),
    'the server is an Enterprise Server': () => ({
      ...service.environment,
      GITHUB_SERVER_URL: 'https://git.example.com',
    }),
  };
  for (const [what, environment] of Object.entries(kWithout)) {
    it(`leaves the report in the workspace with one notice when ${what}`, async () => {
      service = await ArtifactService.start();
      const { status, log, outputs } = await step(environment());
      assert.equal(status, 0, log);
      assert.equal(log.match(/^::notice /gm).length, 1, log);
      assert.doesNotMatch(log, /^::(warning|error) /m);
      assert.deepEqual(service.requests, []);
      assert.equal(outputs.artifact_url, '');
      assert.equal(fs.readFileSync(outputs.report_file, 'utf8'), inWorkspace()['report.md']);
    });
  }

  const kLinks = {
    'the folder': (precious, workspace) => fs.symlinkSync(precious, path.join(workspace, 'sync-report')),
    'a file': (precious, workspace) => {
      fs.mkdirSync(path.join(workspace, 'sync-report'));
      const link = path.join(workspace, 'sync-report', 'report.md');
      fs.symlinkSync(path.join(precious, 'report.md'), link);
    },
  };
  for (const [what, link] of Object.entries(kLinks)) {
    it(`follows no link that a checkout put in the place of ${what}`, async () => {
      service = await ArtifactService.start();
      const precious = path.join(folder, 'precious');
      fs.mkdirSync(precious);
      fs.writeFileSync(path.join(precious, 'report.md'), 'mine');
      fs.mkdirSync(path.join(folder, 'workspace'));
      link(precious, path.join(folder, 'workspace'));
      const { status, outputs } = await step({});
      assert.equal(status, 0);
      assert.deepEqual(written(precious), { 'report.md': 'mine' });
      assert.match(fs.readFileSync(outputs.report_file, 'utf8'), /main/);
    });
  }
});
