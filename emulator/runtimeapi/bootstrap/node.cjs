// Runs a Lambda handler written for Node.js: asks the Runtime API for events,
// calls the handler, posts what it returned. Started by Coldbrook with the
// environment variables of AWS Lambda. It needs nothing but Node.js.
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const { pathToFileURL } = require('url');

const env = process.env;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

// Since Node.js 24 the platform awaits the handler whatever it returns, and
// there is no callback any more.
const legacy = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV || '')?.[1] || 24) < 24;

// Started ahead, it waits for leave to load the handler, whose arguments are as ever.
const ahead = process.argv[2] === 'ahead';
process.argv.length = 2;

function request(method, where, body, headers) {
  return send(method, '/2018-06-01/runtime/' + where, body, headers);
}

function send(method, path, body, headers) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, path, headers };
    const call = http.request(options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: response.headers,
        body: parts.length === 1 ? parts[0] : Buffer.concat(parts),
      }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

function post(where, text, errorType) {
  const body = Buffer.from(text);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
  if (errorType) headers['Lambda-Runtime-Function-Error-Type'] = errorType;
  return request('POST', where, body, headers);
}

// fault makes an error that is named as AWS names it.
function fault(name, message) {
  const error = new Error(message);
  error.name = 'Runtime.' + name;
  return error;
}

function describe(error) {
  if (error instanceof Error || (error && error.name && error.message && error.stack)) {
    return { errorType: String(error.name), errorMessage: String(error.message), trace: String(error.stack).split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function postError(where, error) {
  console.error(error);
  const document = describe(error);
  return post(where, JSON.stringify(document), document.errorType);
}

// Loading the handler: "src/index.handler" is the export "handler" of the
// module "src/index".

function isModuleScope(folder) {
  for (; ;) {
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file)) {
      try {
        return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
      } catch (error) {
        console.error(`${file} cannot be read, it is ignored:`, error.message);
        return false;
      }
    }
    const parent = path.dirname(folder);
    if (parent === folder || path.basename(folder) === 'node_modules') return false;
    folder = parent;
  }
}

// What was built of the handler's file, if it was, is loaded in its place.
const built = env.COLDBROOK_MODULE;
delete env.COLDBROOK_MODULE;

function fileOf(root, name) {
  const base = path.resolve(root, name);
  for (const extension of ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']) {
    const file = base + extension;
    if (fs.existsSync(file) && fs.statSync(file).isFile()) return file;
  }
  try {
    return require.resolve(name, { paths: [root, path.dirname(base)] });
  } catch (error) {
    const index = ['.mjs', '.ts', '.mts'].map((extension) => path.join(base, 'index' + extension)).find(fs.existsSync);
    if (index) return index;
    throw error;
  }
}

// Of TypeScript only Node.js knows whether it is a module: import finds out. Of what is
// none, all is the default export too.
function isImported(file) {
  const extension = path.extname(file);
  if (['.mjs', '.mts', '.ts'].includes(extension)) return true;
  return extension === '.js' && isModuleScope(path.dirname(file));
}

async function loadModule(root, name) {
  const file = built || fileOf(root, name);
  if (!isImported(file)) return require(file);
  try {
    const module = await import(pathToFileURL(file).href);
    return path.extname(file) === '.ts' && module.default ? { ...module.default, ...module } : module;
  } catch (error) {
    if (error instanceof SyntaxError) error.module = file;
    throw error;
  }
}

// placeOf is where a mistake of syntax is, and prints the line. Of CommonJS the stack
// has it: the file with its line, the code, and a caret below the column, then an empty
// line. Of a module Node.js says it to who has it checked.
function placeOf(error, root) {
  let lines = String(error.stack).split('\n');
  if (!isPlace(lines) && error.module) {
    const options = { encoding: 'utf8', timeout: 5000, env: { ...process.env, NODE_OPTIONS: '' } };
    lines = String(require('child_process').spawnSync(process.execPath, ['--check', error.module], options).stderr).split('\n');
  }
  if (!isPlace(lines)) return '';
  console.error(lines.slice(0, 3).filter((line) => line.trim()).join('\n'));
  const column = lines[2].indexOf('^');
  return ` (${path.relative(root, lines[0])}${column < 0 ? '' : `:${column + 1}`})`;
}

function isPlace([place, code, caret]) {
  return /:\d+$/.test(place) && code !== undefined && /^\s*\^*\s*$/.test(caret ?? '-');
}

async function loadHandler(root, name) {
  if (name.includes('..')) {
    throw fault('MalformedHandlerName', `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
  if (dot < 0) throw fault('MalformedHandlerName', 'Bad handler');
  let found;
  try {
    found = await loadModule(root, name.slice(0, dot));
  } catch (error) {
    if (error instanceof SyntaxError) throw fault('UserCodeSyntaxError', String(error) + placeOf(error, root));
    if (error && ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error.code)) {
      throw fault('ImportModuleError', String(error));
    }
    throw error;
  }
  for (const key of name.slice(dot + 1).split('.')) found = found && found[key];
  if (!found) throw fault('HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof found !== 'function') throw fault('HandlerNotFound', `${name} is not a function`);
  if (!legacy && found.length >= 3) {
    throw fault('CallbackHandlerDeprecated', 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.');
  }
  return found;
}

// One invocation.

let current = null; // the id of the open invocation
let whenEmpty = null; // runs when the event loop has nothing left to do

process.on('beforeExit', () => {
  const run = whenEmpty;
  whenEmpty = null;
  if (run) run();
});

function makeContext(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const parse = (text) => (text ? JSON.parse(text) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(headers['lambda-runtime-client-context']),
    identity: parse(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

// callLegacy resolves as a handler of Node.js 22 and before is done: by its
// promise, by the callback, or, if it does neither, with null when the event
// loop is empty.
function callLegacy(handler, event, context) {
  return new Promise((resolve, reject) => {
    const done = (error, result) => {
      whenEmpty = null;
      if (error !== undefined && error !== null) reject(error);
      else resolve(result);
    };
    const callback = (error, result) => {
      if ((error !== undefined && error !== null) || !context.callbackWaitsForEmptyEventLoop) done(error, result);
      else whenEmpty = () => done(null, result);
    };
    Object.assign(context, { done, succeed: (result) => done(null, result), fail: (error) => done(error ?? 'handled') });
    const isAsync = handler.constructor && handler.constructor.name === 'AsyncFunction';
    whenEmpty = () => (isAsync ? reject(neverSettled()) : resolve(null));
    const result = handler(event, context, callback);
    if (result && typeof result.then === 'function') result.then((value) => done(null, value), (error) => done(error ?? 'handled'));
  });
}

function neverSettled() {
  return fault('NodeJsExit', 'the event loop is empty, but the promise of the handler was never settled');
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw new Error('Unable to stringify response body');
  }
}

async function invoke(handler, invocation) {
  const id = invocation.headers['lambda-runtime-aws-request-id'];
  env._X_AMZN_TRACE_ID = invocation.headers['lambda-runtime-trace-id'];
  current = id;
  let text;
  try {
    const context = makeContext(invocation.headers);
    const event = JSON.parse(invocation.body);
    text = stringify(await (legacy ? callLegacy(handler, event, context) : handler(event, context)));
  } catch (error) {
    await postError(`invocation/${id}/error`, error);
    current = null;
    return;
  }
  const answer = await post(`invocation/${id}/response`, text);
  current = null;
  if (answer.status !== 202) console.error(`the response was refused with status ${answer.status}: ${answer.body}`);
}

// Errors outside the handler's own promise end the runtime, as on AWS.

function crash(error, code) {
  const where = current === null ? 'init/error' : `invocation/${current}/error`;
  postError(where, error).catch(() => {}).finally(() => process.exit(code));
}

process.on('uncaughtException', (error) => crash(error, 129));
process.on('unhandledRejection', (reason) => crash(fault('UnhandledPromiseRejection', String(reason)), 128));

async function main() {
  if (ahead) {
    await send('GET', '/coldbrook/code');
    process.chdir(env.LAMBDA_TASK_ROOT);
  }
  let handler;
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER);
  } catch (error) {
    await postError('init/error', error);
    process.exit(1);
  }
  for (; ;) {
    const invocation = await request('GET', 'invocation/next');
    if (invocation.status !== 200) throw new Error(`the Runtime API answered ${invocation.status}: ${invocation.body}`);
    await invoke(handler, invocation);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
