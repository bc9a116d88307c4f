// What we ask of GitHub's REST API, held to GitHub's own description of it. The API is ours
// (github_api.mjs), so that its bad days can be had on demand; its answers are held to the
// description too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';

import { GitHubApi } from './github_api.mjs';
import { Description } from './openapi.mjs';

const kCaller = process.env.CALL_GITHUB_BIN;
const kWish = {
  do: 'open',
  head: 'sync/main',
  base: 'main',
  title: 'Take over main',
  body: 'Zwei\nZeilen 変更\n',
};
const kClose = { do: 'close', head: 'sync/main', base: 'main', comment: 'In step again.' };
const kFull = {
  ...kWish,
  draft: true,
  labels: ['sync', 'a/b "c"'],
  assignees: ['octocat', 'ghost'],
  reviewers: ['hubot', 'octo/core'],
};
const kServers = {
  'github.com': ['api.github.com', ''],
  'an Enterprise Server': [Description.newestServer, '/api/v3'],
};

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'github-test-'));
after(() => fs.rmSync(root, { recursive: true }));

async function ask(api, calls) {
  const result = path.join(fs.mkdtempSync(path.join(root, 'call-')), 'result');
  const child = spawn(kCaller, [result], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: root },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
  child.stdin.end(JSON.stringify({ api_url: api.url, token: api.token, calls }));
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0, log);
  assert.ok(!log.includes(api.token), log);
  return { answers: JSON.parse(fs.readFileSync(result, 'utf8')), log };
}

const methods = (api) => api.requests.map((request) => request.replace(/[ ?]*[{?].*/s, ''));

for (const [server, [name, prefix]] of Object.entries(kServers)) {
  const description = new Description(name);
  const start = async (options = {}) => GitHubApi.start(description, { prefix, ...options });

  describe(`${server}, as ${name} describes it,`, () => {
    let api;
    beforeEach(() => (api = null));
    afterEach(async () => {
      await api.stop();
      assert.deepEqual(api.complaints, []);
    });

    it('tells what a repository and a token allow', async () => {
      api = await start();
      const { answers } = await ask(api, [{ do: 'facts' }]);
      assert.deepEqual(answers, [
        {
          full_name: 'octo/target',
          scopes: ['repo', 'workflow'],
          can_push: true,
          archived: false,
          default_branch: 'main',
        },
      ]);
    });

    it('opens, leaves, changes and closes a pull request', async () => {
      api = await start();
      const { answers } = await ask(api, [
        kWish,
        kWish,
        { ...kWish, title: 'Other' },
        kClose,
        kClose,
      ]);
      const one = {
        number: 7,
        url: 'https://github.com/octo/target/pull/7',
        is_new: false,
        notes: [],
      };
      assert.deepEqual(answers, [{ ...one, is_new: true }, one, one, one, null]);
      assert.deepEqual(methods(api), [
        'GET /pulls',
        'POST /pulls',
        'GET /pulls',
        'GET /pulls',
        'PATCH /pulls/7',
        'GET /pulls',
        'POST /issues/7/comments',
        'PATCH /pulls/7',
        'GET /pulls',
      ]);
      const [pull] = api.pulls;
      assert.deepEqual(
        [pull.title, pull.body, pull.state, pull.comments],
        ['Other', kWish.body, 'closed', ['In step again.']],
      );
    });

    it('gives a new one its labels, assignees and reviewers', async () => {
      api = await start();
      const { answers } = await ask(api, [kFull]);
      assert.deepEqual(answers[0].notes, ["'ghost' could not be assigned"]);
      const [pull] = api.pulls;
      assert.equal(pull.draft, true);
      assert.deepEqual(pull.labels, kFull.labels);
      assert.deepEqual(pull.assignees, ['octocat']);
      assert.deepEqual(pull.reviewers, kFull.reviewers);
    });

    it('makes notes of a reviewer it does not know and of a plan without drafts', async () => {
      api = await start();
      api.noDrafts = true;
      const { answers } = await ask(api, [
        { ...kFull, assignees: [], reviewers: ['stranger', 'hubot'] },
      ]);
      assert.match(answers[0].notes[0], /no draft/);
      assert.match(answers[0].notes[1], /^reviewer 'stranger' could not be asked: .*collaborators/);
      assert.deepEqual(api.pulls[0].reviewers, ['hubot']);
    });

    it('finds the one that somebody opened meanwhile, pages away', async () => {
      api = await start({ faults: [{ on: 'GET /pulls', answer: { status: 200, body: [] } }] });
      for (let i = 0; i < 130; ++i) api.addPull({ head: `topic-${i}`, base: 'main' });
      const theirs = api.addPull({ head: 'sync/main', base: 'main', title: 'Theirs' });
      const { answers } = await ask(api, [kWish]);
      assert.deepEqual([answers[0].number, answers[0].is_new], [theirs.number, false]);
      assert.equal(theirs.title, kWish.title);
      assert.deepEqual(methods(api), [
        'GET /pulls',
        'POST /pulls',
        'GET /pulls',
        'GET /pulls',
        `PATCH /pulls/${theirs.number}`,
      ]);
    });

    it('keeps its own when the answer to the opening was lost', async () => {
      api = await start({ faults: [{ on: 'POST /pulls', acts: true, drop: true }] });
      const { answers } = await ask(api, [{ ...kWish, labels: ['sync'] }]);
      assert.equal(answers[0].is_new, true);
      assert.equal(api.pulls.length, 1);
      assert.deepEqual(api.pulls[0].labels, ['sync']);
    });

    it('tells why there is nothing to open', async () => {
      api = await start();
      api.sameTips = true;
      const { answers } = await ask(api, [kWish]);
      assert.equal(answers[0].failure, 'api_refused');
      assert.match(answers[0].detail, /No commits between main and sync\/main/);
    });

    it('is asked again after a rate limit, and under its new name', async () => {
      const limited = (headers) => ({
        status: 403,
        headers,
        body: { message: 'API rate limit exceeded', documentation_url: '' },
      });
      const soon = String(Math.floor(Date.now() / 1000));
      const moved = { status: 301, headers: {}, body: { message: 'Moved Permanently' } };
      api = await start({
        faults: [
          {
            on: 'GET ',
            answer: limited({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon }),
          },
          { on: 'GET ', answer: limited({ 'retry-after': '0' }) },
          { on: 'GET ', answer: moved },
        ],
      });
      moved.headers.location = `${api.url}/repositories/1296269`;
      const { answers, log } = await ask(api, [{ do: 'facts' }]);
      assert.equal(answers[0].full_name, 'octo/target');
      assert.equal(log.match(/notice: .*waiting for/g).length, 2);
      assert.match(log, /notice: .*another name/);
      assert.equal(api.requests.length, 4);
    });
  });

  describe(`The judge of ${name}`, () => {
    it('would not take what the API does not know', () => {
      const judged = (method, target, body = '') =>
        description.complaintsAboutRequest(method, new URL(`http://x${target}`), Buffer.from(body))
          .length;
      assert.equal(judged('GET', '/repos/a/b/pulls?state=open'), 0);
      assert.equal(judged('GET', '/repos/a/b/pulls?state=any'), 1);
      assert.equal(judged('GET', '/repos/a/b/pulls?per_page=x'), 1);
      assert.equal(judged('GET', '/repos/a/b/pulls?author=me'), 1);
      assert.equal(judged('POST', '/repos/a/b/pulls', '{"head":"a","base":"b","title":1}'), 1);
      assert.equal(judged('POST', '/repos/a/b/pulls', '{"head":"a"}'), 1);
      assert.equal(judged('PATCH', '/repos/a/b/pulls/1', '{"heading":"a"}'), 1);
      assert.equal(judged('GET', '/repos/a/b/pull'), 1);
      assert.notEqual(description.complaintsAboutAnswer('GET', '/repos/a/b', 200, {}).length, 0);
    });
  });
}
