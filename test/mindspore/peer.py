"""MindSpore as a process: one JSON request a line on stdin, one JSON reply a line on stdout."""

import hashlib
import inspect
import json
import os
import re
import sys

# MindSpore prints progress bars and warnings; replies have the real stdout to themselves.
replies = os.fdopen(os.dup(1), "w")
quiet = os.open(os.devnull, os.O_WRONLY)
os.dup2(quiet, 1)
os.dup2(quiet, 2)
os.environ["GLOG_v"] = "4"

import mindspore as ms  # noqa: E402
from mindspore.parallel import (  # noqa: E402
    build_searched_strategy,
    load_distributed_checkpoint,
    merge_pipeline_strategys,
    transform_checkpoints,
    unified_safetensors,
)
from mindspore.train._utils import get_parameter_redundancy, remove_param_redundancy  # noqa: E402


def version():
    return ms.__version__


# What is called so reads or writes weights or strategies.
ABOUT_WEIGHTS = re.compile("checkpoint|ckpt_|_ckpt|safetensors|strateg|redundan|sliced|param_into|group_info")


def functions():
    """Every public function about weights and strategies, with its arguments."""
    found = {}
    for module in (ms, ms.parallel):
        for name, value in inspect.getmembers(module, inspect.isfunction):
            if ABOUT_WEIGHTS.search(name) and not name.startswith("_"):
                found[name] = list(inspect.signature(value).parameters)
    return found


def merge(src, strategy, dst, redundant=True):
    unified_safetensors(src, strategy, dst, merge_with_redundancy=redundant, max_process_num=2)


def slice(src, strategy, dst, ranks):
    for rank in range(ranks):
        load_distributed_checkpoint(
            None,
            predict_strategy=strategy,
            unified_safetensors_dir=src,
            dst_safetensors_dir=dst,
            format="safetensors",
            rank_id=rank,
        )


def reshard(src, dst, src_strategy, dst_strategy, format):
    os.makedirs(dst, exist_ok=True)
    transform_checkpoints(src, dst, "net", src_strategy, dst_strategy, output_format=format)


def merge_strategies(src, dst):
    merge_pipeline_strategys(src, dst)


def strategy(path):
    """Every layout of a strategy file as MindSpore reads it."""
    return {
        name: {
            "deviceMatrix": list(layout.dev_matrix[0].dim),
            "tensorMap": [list(dims.dim) for dims in layout.tensor_map],
            "optShardStep": layout.opt_weight_shard_step,
            "optShardSize": layout.opt_weight_shard_size,
        }
        for name, layout in build_searched_strategy(path).items()
    }


def kept(path, first_rank):
    """Which rank keeps which parameter of one stage when redundancy is removed."""
    assigned = remove_param_redundancy(get_parameter_redundancy(path, initial_rank=first_rank))
    return {str(rank): sorted(names) for rank, names in assigned.items()}


def load(paths, format, remove_redundancy):
    """Each file as `ms.load_checkpoint` gives it: per tensor its dtype, shape and SHA-256."""
    return {
        path: tensors(ms.load_checkpoint(path, format=format, remove_redundancy=remove_redundancy))
        for path in paths
    }


def tensors(parameters):
    found = {}
    for name, parameter in parameters.items():
        array = parameter.asnumpy()
        digest = hashlib.sha256(array.tobytes()).hexdigest()
        found[name] = {"dtype": str(array.dtype), "shape": list(array.shape), "sha256": digest}
    return found


def ckpt_to_safetensors(src, dst):
    each_file(ms.ckpt_to_safetensors, src, dst)


def safetensors_to_ckpt(src, dst):
    each_file(ms.safetensors_to_ckpt, src, dst)


def each_file(convert, src, dst):
    """A file at a time: for a folder MindSpore forks, which can hang in a process with threads."""
    for rank in os.listdir(src):
        for name in os.listdir(os.path.join(src, rank)):
            if name.endswith((".ckpt", ".safetensors")):
                convert(os.path.join(src, rank, name), os.path.join(dst, rank))


CALLS = {
    call.__name__: call
    for call in (
        version,
        functions,
        merge,
        slice,
        reshard,
        merge_strategies,
        strategy,
        kept,
        load,
        ckpt_to_safetensors,
        safetensors_to_ckpt,
    )
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = {"value": CALLS[request["call"]](**request["arguments"])}
    except BaseException as error:  # MindSpore also raises SystemExit
        reply = {"error": f"{type(error).__name__}: {error}"}
    replies.write(json.dumps(reply) + "\n")
    replies.flush()
