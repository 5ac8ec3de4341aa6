"""Runs a Lambda handler written for Python: asks the Runtime API for events,
calls the handler, posts what it returned. Started by Coldbrook with the
environment variables of AWS Lambda. It needs nothing but Python 3.9.
"""

import decimal
import http.client
import importlib
import importlib.machinery
import json
import logging
import os
import sys
import time
import traceback

ROOT = "/2018-06-01/runtime/"


class Fault(Exception):
    """An error of the runtime, named as AWS names it."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.trace = trace or []


class Api:
    """The Runtime API over one connection that is kept."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)

    def request(self, method, where, body=None, headers={}):
        return self.send(method, ROOT + where, body, headers)

    def send(self, method, path, body=None, headers={}):
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()

    def post(self, where, text, error_type=None):
        headers = {"Content-Type": "application/json"}
        if error_type:
            headers["Lambda-Runtime-Function-Error-Type"] = error_type
        status, _, body = self.request("POST", where, text.encode("utf-8", "replace"), headers)
        return status, body


class Context:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.client_context = None
        self.identity = None
        self.tenant_id = headers["Lambda-Runtime-Aws-Tenant-Id"]
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


class RequestId(logging.Filter):
    """Gives log records the id of the open invocation."""

    value = ""

    def filter(self, record):
        record.aws_request_id = RequestId.value
        return True


def set_up_logging():
    # AWS gives the root logger a handler, so that basicConfig has no effect.
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(RequestId())
    logging.getLogger().addHandler(handler)


def keep_bytecode_of_settled_files():
    """Writes no .pyc of a file that was saved just now.

    Python takes a .pyc for that of a source of the same size and second: of one
    that is saved twice within a second, the second would never run.
    """
    write = importlib.machinery.SourceFileLoader.set_data

    def set_data(self, path, data, **more):
        try:
            settled = time.time() - os.path.getmtime(self.path) > 2
        except OSError:
            settled = False
        if settled:
            write(self, path, data, **more)

    importlib.machinery.SourceFileLoader.set_data = set_data


def load(name):
    """Returns the function that a handler name, file.function, stands for."""
    try:
        module_name, function = name.rsplit(".", 1)
    except ValueError as e:
        raise Fault("MalformedHandlerName", "Bad handler '{}': {}".format(name, e))
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", "Cannot use built-in module {} as a handler module".format(module_name))
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as e:
        raise Fault("ImportModuleError", "Unable to import module '{}': {}".format(module_name, e))
    except SyntaxError as e:
        place = '  File "{}" Line {}\n    {}'.format(e.filename, e.lineno, e.text)
        raise Fault("UserCodeSyntaxError", "Syntax error in module '{}': {}".format(module_name, e), [place])
    if not hasattr(module, function):
        raise Fault("HandlerNotFound", "Handler '{}' missing on module '{}'".format(function, module_name))
    return getattr(module, function)


def describe(error, request_id):
    """Returns the error document for an exception."""
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        frames = traceback.extract_tb(error.__traceback__)
        kind = type(error).__name__
        trace = traceback.format_list([f for f in frames if f.filename != __file__ and "importlib" not in f.filename])
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def report(api, where, error, request_id=""):
    document = describe(error, request_id)
    lines = ["[ERROR] {}: {}".format(document["errorType"], document["errorMessage"])]
    if document["stackTrace"]:
        lines += ["Traceback (most recent call last):"] + [t.rstrip("\n") for t in document["stackTrace"]]
    sys.stdout.write("\n".join(lines) + "\n")
    api.post(where, json.dumps(document), document["errorType"])


def as_number(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type {} is not JSON serializable".format(type(value).__name__))


# From Python 3.12 on, AWS leaves characters beyond ASCII as they are.
ASCII = os.environ.get("AWS_EXECUTION_ENV", "").rpartition(".")[2] in ("9", "10", "11")


def call(handler, headers, body):
    """Calls the handler and returns its response as JSON text."""
    try:
        event = json.loads(body)
    except ValueError as e:
        raise Fault("UnmarshalError", "Unable to unmarshal input: {}".format(e))
    response = handler(event, Context(headers))
    try:
        return json.dumps(response, default=as_number, ensure_ascii=ASCII)
    except Exception as e:
        raise Fault("MarshalError", "Unable to marshal response: {}".format(e))


def invoke(api, handler, headers, body):
    request_id = RequestId.value = headers["Lambda-Runtime-Aws-Request-Id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"] or ""
    where = "invocation/{}/".format(request_id)
    try:
        text = call(handler, headers, body)
    except Exception as e:
        report(api, where + "error", e, request_id)
        return
    status, answer = api.post(where + "response", text)
    if status != 202:
        print("the response was refused with status {}: {}".format(status, answer.decode()), file=sys.stderr)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, ValueError):
            pass  # the handler replaced or closed it


def main():
    # By lines, and what is left after each invocation: nothing may wait in a
    # buffer while the environment is frozen.
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    set_up_logging()
    if sys.argv[1:] == ["ahead"]:
        # Started ahead, it waits for leave to load the handler, whose arguments are as ever.
        del sys.argv[1:]
        api.send("GET", "/coldbrook/code")
        os.chdir(os.environ["LAMBDA_TASK_ROOT"])
        importlib.invalidate_caches()
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    keep_bytecode_of_settled_files()
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as e:
        report(api, "init/error", e)
        flush()
        sys.exit(1)
    while True:
        flush()
        status, headers, body = api.request("GET", "invocation/next")
        if status != 200:
            sys.exit("the Runtime API answered {}: {}".format(status, body.decode()))
        invoke(api, handler, headers, body)


if __name__ == "__main__":
    main()
