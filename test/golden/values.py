"""Writes beside it what NumPy and ml_dtypes say.

values.json: a tensor of every dtype, its values and statistics. dp2_mp4.json: the same of a fixture's tensors.
"""

import base64
import json
import math
import pathlib

import ml_dtypes
import numpy as np

QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
BINS = 64
NUMPY = {
    "BOOL": np.bool_, "F4": ml_dtypes.float4_e2m1fn, "F6_E2M3": ml_dtypes.float6_e2m3fn,
    "F6_E3M2": ml_dtypes.float6_e3m2fn, "U8": np.uint8, "I8": np.int8, "F8_E5M2": ml_dtypes.float8_e5m2,
    "F8_E4M3": ml_dtypes.float8_e4m3fn, "F8_E8M0": ml_dtypes.float8_e8m0fnu,
    "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz, "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz, "I16": np.int16,
    "U16": np.uint16, "F16": np.float16, "BF16": ml_dtypes.bfloat16, "I32": np.int32, "U32": np.uint32,
    "F32": np.float32, "C64": np.complex64, "F64": np.float64, "I64": np.int64, "U64": np.uint64,
}  # fmt: skip
PACKED = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
rng = np.random.default_rng(20)


def number(value):
    value = float(value)
    return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")


def exact(dtype, array):
    if dtype in ("I64", "U64"):
        return [str(value) for value in array.ravel().tolist()]
    if dtype == "BOOL":
        return [bool(value) for value in array.ravel()]
    if dtype == "C64":
        return [[number(value.real), number(value.imag)] for value in array.ravel()]
    return [number(value) for value in array.ravel().astype(np.float64)]


def stored(dtype, array):
    """Bytes as safetensors has them: packed from the lowest bit up."""
    if dtype not in PACKED:
        return array.tobytes()
    bits = 0
    codes = array.view(np.uint8).ravel().tolist()
    for i, code in enumerate(codes):
        bits |= code << (i * PACKED[dtype])
    return bits.to_bytes(len(codes) * PACKED[dtype] // 8, "little")


def stats(dtype, array):
    if dtype == "C64":
        array = np.sqrt(array.real.astype(np.float64) ** 2 + array.imag.astype(np.float64) ** 2)
    values = array.astype(np.float64).ravel()
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(finite, BINS)
    magnitudes = {"negative": -finite[finite < 0], "positive": finite[finite > 0]}
    result = {
        "count": values.size, "finite": finite.size, "zeros": int((finite == 0).sum()),
        "nan": int(np.isnan(values).sum()), "positiveInfinity": int((values == np.inf).sum()),
        "negativeInfinity": int((values == -np.inf).sum()),
        "min": finite.min(), "max": finite.max(), "mean": math.fsum(finite) / finite.size, "std": float(finite.std()),
        "quantiles": [float(q) for q in np.quantile(finite, QUANTILES)],
        "linear": {"from": edges[0], "to": edges[-1], "counts": counts.tolist()},
        "log": {side: sorted([int(e), int(c)] for e, c in zip(*np.unique(np.frexp(v)[1] - 1, return_counts=True)))
                for side, v in magnitudes.items()},
    }  # fmt: skip
    if dtype in ("I64", "U64"):
        result["min"], result["max"] = str(array.min()), str(array.max())
    return result


def sample(dtype):
    kind = NUMPY[dtype]
    if dtype in PACKED:
        codes = rng.integers(0, 2 ** PACKED[dtype], (6, 4, 10), dtype=np.uint8)
        return codes.view(kind)
    if np.dtype(kind).itemsize == 1 and dtype != "BOOL":
        return np.concatenate([np.arange(256, dtype=np.uint8), rng.integers(0, 256, 64, dtype=np.uint8)]).view(kind).reshape(10, 32)
    if dtype == "BOOL":
        return rng.integers(0, 2, (4, 5)).astype(np.bool_)
    if dtype == "C64":
        return (rng.normal(size=(7, 9)) + 1j * rng.normal(size=(7, 9))).astype(np.complex64)
    if np.issubdtype(kind, np.integer):
        info = np.iinfo(kind)
        values = rng.integers(-30_000 if info.min < 0 else 0, 30_000, (20, 30)).astype(kind)
        values.ravel()[:2] = [info.min, info.max]
        return values
    values = (rng.normal(size=(40, 30)) * 0.02 + 0.001).astype(kind)
    # Subnormal, of which the first 32 bits of a 64-bit float still tell the exponent.
    tiny = kind({"F16": 1e-7, "F64": 1e-310}.get(dtype, 1e-39))
    values.ravel()[:8] = [0.0, -0.0, np.nan, np.inf, -np.inf, tiny, -tiny, 0.3]
    return values


cases = {}
for dtype in NUMPY:
    array = sample(dtype)
    with np.errstate(all="ignore"):
        cases[dtype] = {
            "shape": array.shape, "bytes": base64.b64encode(stored(dtype, array)).decode(),
            "values": exact(dtype, array), "stats": stats(dtype, array),
        }  # fmt: skip
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")


def read(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = (start + offset for offset in entry["data_offsets"])
            array = np.frombuffer(data[begin:end], NUMPY[entry["dtype"]]).reshape(entry["shape"])
            yield name, entry["dtype"], array


fixtures = pathlib.Path(__file__).parent.parent / "fixtures"
wanted = ("model.layers.0.attention.wo.weight", "adam_v.model.layers.1.feed_forward.w2.weight")
found = {
    name: {"dtype": dtype, "shape": array.shape, "values": exact(dtype, array), "stats": stats(dtype, array)}
    for name, dtype, array in read(fixtures / "dp2_mp4" / "complete" / "part0.safetensors")
    if name in wanted
}
pathlib.Path(__file__).with_name("dp2_mp4.json").write_text(json.dumps(found) + "\n")
