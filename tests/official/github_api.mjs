// As much of GitHub's REST API as opens, changes and closes pull requests of one repository. Every
// request and every answer is held to GitHub's description of the API.
import http from 'node:http';

const kPulls = '/repos/{owner}/{repo}/pulls';
const kRepository = { id: 1296269, full_name: 'octo/target' };

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const refusal = (status, message, errors) => ({
  status,
  body: {
    message,
    ...(errors && { errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  },
});
const invalid = (message) =>
  refusal(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);

// A fault is { on: 'POST /pulls', times, acts, and one of answer: {status, body, headers}, drop }.
// `on`: the method and the path below the repository, numbers as "#". `acts`: carried out all the
// same. `times`: how many requests it meets; default 1.
export class GitHubApi {
  complaints = []; // what is not as GitHub describes it
  requests = []; // 'POST /pulls {"title":…}'
  pulls = []; // { number, title, body, head, base, state, draft, labels, assignees, … }
  collaborators = ['octocat', 'hubot'];
  sameTips = false; // all branches name one commit
  #description;
  #prefix;
  #faults;
  #server;

  static async start(description, { prefix = '', faults = [] } = {}) {
    const api = new GitHubApi();
    api.#description = description;
    api.#prefix = prefix;
    api.#faults = faults.map((fault) => ({ times: 1, ...fault }));
    api.#server = http.createServer((request, response) => {
      api.#handle(request, response).catch((error) => {
        api.complaints.push(`${request.url}: ${error.stack}`);
        response.destroy();
      });
    });
    await new Promise((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  token = 'ghp_TheTokenOfThisTest';

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}${this.#prefix}`;
  }

  addPull(properties) {
    const pull = {
      number: this.pulls.length + 7,
      state: 'open',
      title: '',
      body: null,
      draft: false,
      labels: [],
      ...properties,
    };
    this.pulls.push(pull);
    return pull;
  }

  async #handle(request, response) {
    const bytes = await bodyOf(request);
    const url = new URL(request.url, 'http://127.0.0.1');
    if (!url.pathname.startsWith(`${this.#prefix}/`))
      this.complaints.push(`${request.url} lacks the prefix`);
    url.pathname = url.pathname.slice(this.#prefix.length);
    const moved = `/repositories/${kRepository.id}`; // where a renamed repository is answered
    if (url.pathname.startsWith(moved))
      url.pathname = `/repos/octo/target${url.pathname.slice(moved.length)}`;
    this.#judge(request, url, bytes);
    const below = url.pathname.replace('/repos/octo/target', '');
    const on = `${request.method} ${below.replace(/\d+/g, '#')}`;
    this.requests.push(`${request.method} ${below}${url.search} ${bytes}`.trim());
    const fault = this.#faults.find((each) => each.on === on && each.times > 0);
    if (fault) fault.times -= 1;
    const acted =
      !fault || fault.acts ? this.#act(request.method, below, url.searchParams, bytes) : null;
    if (fault?.drop) {
      request.socket.destroy();
      return;
    }
    const answer = fault ? fault.answer : acted;
    if (answer.status < 500 && !fault?.unlike) {
      this.complaints.push(
        ...this.#description.complaintsAboutAnswer(
          request.method,
          url.pathname,
          answer.status,
          answer.body,
        ),
      );
    }
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body));
  }

  #judge(request, url, bytes) {
    const wanted = {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      authorization: `Bearer ${this.token}`,
      'content-type': bytes.length > 0 ? 'application/json' : undefined,
    };
    for (const [name, value] of Object.entries(wanted)) {
      if (request.headers[name] !== value)
        this.complaints.push(`${name}: ${request.headers[name]}`);
    }
    if (!/^sync-action\/\d/.test(request.headers['user-agent']))
      this.complaints.push('no User-Agent');
    this.complaints.push(...this.#description.complaintsAboutRequest(request.method, url, bytes));
  }

  #act(method, below, query, bytes) {
    const body = bytes.length > 0 ? JSON.parse(bytes.toString()) : {};
    if (method === 'GET' && below === '') return this.#repository();
    if (method === 'GET' && below === '/pulls') return this.#list(query);
    if (method === 'POST' && below === '/pulls') return this.#create(body);
    const [, kind, number, what = ''] = /^\/(pulls|issues)\/(\d+)(?:\/(\w+))?$/.exec(below) ?? [];
    const pull = this.pulls.find((each) => each.number === Number(number));
    if (!pull) return refusal(404, 'Not Found');
    const act = {
      'pulls/': 'update',
      'issues/labels': 'label',
      'issues/assignees': 'assign',
      'pulls/requested_reviewers': 'review',
      'issues/comments': 'comment',
    }[`${kind}/${what}`];
    return this.#acts[act](pull, body);
  }

  #repository() {
    const example = this.#description.example('GET', '/repos/{owner}/{repo}', 200);
    return {
      status: 200,
      body: {
        ...example,
        ...kRepository,
        language: 'C++',
        parent: undefined,
        source: undefined,
        default_branch: 'main',
        archived: false,
        permissions: { admin: false, push: true, pull: true },
      },
      headers: { 'x-oauth-scopes': 'repo, workflow' },
    };
  }

  #list(query) {
    const of = (pull) => `octo:${pull.head}`;
    const matching = this.pulls.filter(
      (pull) =>
        pull.state === (query.get('state') ?? 'open') &&
        (!query.has('base') || query.get('base') === pull.base) &&
        (!query.has('head') || query.get('head') === of(pull)),
    );
    const size = Number(query.get('per_page') ?? 30);
    const page = Number(query.get('page') ?? 1);
    const next = new URLSearchParams([...query].filter(([key]) => key !== 'page'));
    next.set('page', page + 1);
    const link = `<${this.url}/repositories/${kRepository.id}/pulls?${next}>; rel="next"`;
    return {
      status: 200,
      body: matching
        .slice((page - 1) * size, page * size)
        .map((pull) => this.#shown(pull, 'GET', 200)),
      headers: page * size < matching.length ? { link } : {},
    };
  }

  #create(wish) {
    if (wish.draft && this.noDrafts)
      return refusal(422, 'Draft pull requests are not supported in this repository.');
    if (this.sameTips) return invalid(`No commits between ${wish.base} and ${wish.head}`);
    if (
      this.pulls.some(
        (each) => each.state === 'open' && each.head === wish.head && each.base === wish.base,
      )
    ) {
      return invalid(`A pull request already exists for octo:${wish.head}.`);
    }
    return { status: 201, body: this.#shown(this.addPull(wish), 'POST', 201) };
  }

  #acts = {
    update: (pull, changes) => {
      Object.assign(pull, changes);
      return { status: 200, body: this.#shown(pull, 'PATCH', 200) };
    },
    label: (pull, { labels }) => {
      pull.labels.push(...labels);
      const template = '/repos/{owner}/{repo}/issues/{issue_number}/labels';
      const [example] = this.#description.example('POST', template, 200);
      return { status: 200, body: pull.labels.map((name) => ({ ...example, name })) };
    },
    assign: (pull, { assignees }) => {
      const template = '/repos/{owner}/{repo}/issues/{issue_number}/assignees';
      const example = this.#description.example('POST', template, 201);
      pull.assignees = assignees.filter((each) => this.collaborators.includes(each));
      return {
        status: 201,
        body: {
          ...example,
          assignees: pull.assignees.map((login) => ({ ...example.assignees[0], login })),
        },
      };
    },
    review: (pull, { reviewers = [], team_reviewers: teams = [] }) => {
      if (!reviewers.every((each) => this.collaborators.includes(each))) {
        return refusal(422, 'Reviews may only be requested from collaborators.');
      }
      pull.reviewers = [
        ...(pull.reviewers ?? []),
        ...reviewers,
        ...teams.map((team) => `octo/${team}`),
      ];
      return { status: 201, body: this.#shown(pull, 'GET', 200) };
    },
    comment: (pull, { body }) => {
      pull.comments = [...(pull.comments ?? []), body];
      const template = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
      return { status: 201, body: { ...this.#description.example('POST', template, 201), body } };
    },
  };

  // A pull request in the form of the answer to `method`.
  #shown(pull, method, status) {
    const template = method === 'PATCH' ? `${kPulls}/{pull_number}` : kPulls;
    const told = this.#description.example(method, template, status);
    const example = Array.isArray(told) ? told[0] : told;
    const side = (each, ref) => ({
      ...each,
      ref,
      label: `octo:${ref}`,
      repo: { ...each.repo, ...kRepository },
    });
    return {
      ...example,
      ...{
        number: pull.number,
        state: pull.state,
        title: pull.title,
        body: pull.body,
        draft: pull.draft,
      },
      html_url: `https://github.com/octo/target/pull/${pull.number}`,
      requested_teams: [],
      head: side(example.head, pull.head),
      base: side(example.base, pull.base),
    };
  }
}
