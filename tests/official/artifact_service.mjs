// GitHub's artifact service as its client sees it: the Twirp methods over JSON, and in place of the
// storage an endpoint that takes blobs as Azure does. It holds a request to the protocol, and does
// on demand what the real one does on a bad day.
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';

const kPrefix = '/twirp/github.actions.results.api.v1.ArtifactService/';
const kForbidden = /["<>|*?\r\n\\/:]/;

class TwirpError extends Error {
  constructor(status, code, msg) {
    super(msg);
    Object.assign(this, { status, code });
  }
}

const invalid = (msg) => new TwirpError(400, 'invalid_argument', msg);
const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const sha256 = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const encoded = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');

function camelised(value) {
  if (Array.isArray(value)) return value.map(camelised);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [camel(k), camelised(v)]));
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// A fault is { on: 'CreateArtifact' | … | 'PutBlob', times, acts, and one of
//   status (with `body`, a text or an object, and `headers`), drop: true, stall: true }.
// `acts`: the request is carried out all the same. `times`: how many requests it meets; default 1.
export class ArtifactService {
  requests = []; // { method, url, body, headers } of every request that was understood
  faults = [];
  complaints = []; // what no client may do
  #artifacts = []; // in the order of creation
  #camelCase;
  #plainNumbers;
  #server;
  #ids = { run: 'ce7f54c7-61c7-4aae-887f-30da475f5f1a', job: 'ca395085-040a-526b-2ce8-bdc85f692774' };

  static async start({ camelCase = false, plainNumbers = false, faults = [] } = {}) {
    const service = new ArtifactService();
    service.#camelCase = camelCase;
    service.#plainNumbers = plainNumbers;
    service.faults = faults.map((fault) => ({ times: 1, ...fault }));
    service.#server = http.createServer((request, response) => {
      service.#handle(request, response).catch((error) => {
        service.complaints.push(`${request.url}: ${error.stack}`);
        response.destroy();
      });
    });
    await new Promise((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    service.origin = `http://127.0.0.1:${service.#server.address().port}`;
    return service;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // What a runner gives to an action.
  get environment() {
    return {
      ACTIONS_RESULTS_URL: `${this.origin}/some/path/`,
      ACTIONS_RUNTIME_TOKEN: this.token,
    };
  }

  get token() {
    const scp = `Actions.Example Actions.Results:${this.#ids.run}:${this.#ids.job}`;
    return [encoded({ alg: 'none' }), encoded({ scp, note: 'ÿ~?>' }), 'c2lnbmF0dXJl'].join('.');
  }

  // Finished artifacts: name, mime_type, expires_at, bytes.
  get finished() {
    return this.#artifacts.filter(({ id }) => id);
  }

  calls(method) {
    return this.requests.filter((request) => request.method === method);
  }

  // A name that another job of the run has used.
  take(...names) {
    for (const name of names) this.#artifacts.push({ name, foreign: true });
  }

  async #handle(request, response) {
    const bytes = await bodyOf(request);
    const path = new URL(request.url, this.origin).pathname;
    if (path.startsWith(kPrefix) && request.method === 'POST') {
      const method = path.slice(kPrefix.length);
      await this.#answer(method, request, response, bytes, () => this.#call(method, request, bytes));
    } else if (path.startsWith('/blobs/') && request.method === 'PUT') {
      await this.#answer('PutBlob', request, response, bytes, () => this.#put(request, bytes));
    } else if (path.startsWith('/blobs/') && request.method === 'GET') {
      this.#get(request, response);
    } else {
      response.writeHead(404).end();
    }
  }

  async #answer(method, request, response, bytes, act) {
    this.requests.push({ method, url: request.url, body: bytes.toString(), headers: request.headers });
    const fault = this.faults.find(({ on, times }) => on === method && times > 0);
    const reply = !fault || fault.acts ? act() : null;
    if (fault) fault.times -= 1;
    if (fault?.stall) return;
    if (fault?.drop) {
      request.socket.destroy();
      return;
    }
    const { status, body = '', headers = {} } = fault ?? reply;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'x-github-request-id': 'ABCD:1234', ...headers });
    response.end(text);
  }

  #call(method, request, bytes) {
    const headers = { 'content-type': 'application/json' };
    try {
      if (request.headers.authorization !== `Bearer ${this.token}`) {
        throw new TwirpError(401, 'unauthenticated', 'the token is not valid');
      }
      if (request.headers['content-type'] !== 'application/json') throw invalid('not JSON');
      const body = JSON.parse(bytes.toString());
      const { run, job } = this.#ids;
      if (body.workflow_run_backend_id !== run) throw invalid('workflow_run_backend_id');
      if (body.workflow_job_run_backend_id !== job) throw invalid('workflow_job_run_backend_id');
      const reply = this.#methods[method]?.(body);
      if (!reply) throw new TwirpError(404, 'bad_route', method);
      return { status: 200, headers, body: this.#camelCase ? camelised(reply) : reply };
    } catch (error) {
      if (!(error instanceof TwirpError)) throw error;
      return { status: error.status, headers, body: { code: error.code, msg: error.message } };
    }
  }

  #int64(number) {
    return this.#plainNumbers ? number : String(number);
  }

  #methods = {
    CreateArtifact: ({ name, version, mime_type, expires_at }) => {
      if (typeof name !== 'string' || name === '' || kForbidden.test(name)) throw invalid('name');
      if (version !== 7) throw invalid('version');
      if (expires_at !== undefined && !(Date.parse(expires_at) > Date.now())) {
        throw invalid('expires_at');
      }
      if (this.#artifacts.some((artifact) => artifact.name === name)) {
        const msg = 'an artifact with this name already exists on the workflow run';
        throw new TwirpError(409, 'already_exists', msg);
      }
      // Base64 with all its signs, percent-encoded, as a shared access signature is.
      const signature = `${randomBytes(30).toString('base64')}+/=`;
      this.#artifacts.push({ name, mime_type, expires_at, signature });
      return { ok: true, signed_upload_url: this.#signed(this.#artifacts.length - 1, 'cw') };
    },

    FinalizeArtifact: ({ name, size, hash }) => {
      const artifact = this.#artifacts.find((each) => each.name === name && !each.foreign);
      if (!artifact?.bytes) throw new TwirpError(404, 'not_found', 'no such upload');
      if (artifact.id) throw new TwirpError(409, 'already_exists', 'the artifact is finalized');
      if (typeof size !== 'string' || size !== String(artifact.bytes.length)) throw invalid('size');
      if (hash !== sha256(artifact.bytes)) throw invalid('hash');
      artifact.id = 2597380755 + this.#artifacts.length;
      return { ok: true, artifact_id: this.#int64(artifact.id) };
    },

    ListArtifacts: ({ name_filter, id_filter }) => ({
      artifacts: this.finished
        .filter(({ name }) => name_filter === undefined || name === name_filter)
        .filter(({ id }) => id_filter === undefined || String(id) === String(id_filter))
        .map(({ name, id, bytes }) => ({
          workflow_run_backend_id: this.#ids.run,
          workflow_job_run_backend_id: this.#ids.job,
          database_id: this.#int64(id),
          name,
          size: this.#int64(bytes.length),
          created_at: '2026-11-27T13:18:32.045Z',
          digest: sha256(bytes),
        })),
    }),

    GetSignedArtifactURL: ({ name }) => {
      const index = this.#artifacts.findIndex((each) => each.name === name && each.id);
      if (index < 0) throw new TwirpError(404, 'not_found', 'no such artifact');
      return { signed_url: this.#signed(index, 'r') };
    },
  };

  #signed(index, permissions) {
    const signature = encodeURIComponent(this.#artifacts[index].signature);
    const query = `se=2026-11-27T14%3A18%3A32Z&sig=${signature}&sp=${permissions}&sr=b&sv=2025-11-05`;
    return `${this.origin}/blobs/${index}?${query}`;
  }

  #blob(request) {
    const url = new URL(request.url, this.origin);
    const artifact = this.#artifacts[Number(url.pathname.slice('/blobs/'.length))];
    return url.searchParams.get('sig') === artifact?.signature ? artifact : null;
  }

  #put(request, bytes) {
    const refused = (status, code) => ({
      status,
      headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
      body: `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`,
    });
    if (request.headers.authorization) this.complaints.push('the storage was given the token');
    const artifact = this.#blob(request);
    if (!artifact) return refused(403, 'AuthenticationFailed');
    if (!request.headers['content-length']) return refused(411, 'MissingContentLengthHeader');
    if (request.headers['x-ms-blob-type'] !== 'BlockBlob') {
      return refused(400, 'MissingRequiredHeader');
    }
    if (request.headers['content-type'] !== artifact.mime_type) {
      this.complaints.push(`${artifact.name} was declared as ${artifact.mime_type}`);
    }
    artifact.bytes = bytes;
    return { status: 201 };
  }

  #get(request, response) {
    const artifact = this.#blob(request);
    if (!artifact) {
      response.writeHead(403).end();
      return;
    }
    const archive = artifact.mime_type === 'application/zip';
    const file = encodeURIComponent(archive ? `${artifact.name}.zip` : artifact.name);
    response.writeHead(200, {
      'content-type': artifact.mime_type,
      'content-disposition': `${archive ? 'attachment' : 'inline'}; filename*=UTF-8''${file}`,
    });
    response.end(artifact.bytes);
  }
}
