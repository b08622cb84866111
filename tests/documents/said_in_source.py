"""Reads out of the source every sentence that some expressions can become, so that no sentence can be forgotten by hand.

A small interpreter of strings: constants, f-strings, both branches of a condition, additions, names that a function assigns, functions of
the same module, and parameters by what their callers hand over. What it cannot know, a name out of a database, must be in `samples`.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "troth"
Env = dict[str, list[str]]
Pick = Callable[[ast.AST, str], Iterable[ast.expr]]
"""The expressions whose sentences are wanted, of one node of a module (by its name)."""


class UnknownSampleError(Exception):
    """Nobody has said what this expression looks like."""


@dataclass(frozen=True)
class Found:
    """One sentence, and where it is made."""

    at: str
    sentence: str


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(text(module))


@cache
def text(module: str) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


@cache
def modules(*words: str) -> tuple[str, ...]:
    """The modules in which one of the words stands."""
    every = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py"))
    return tuple(one for one in every if any(word in text(one) for word in words))


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@cache
def callers_of(function: str) -> tuple[str, ...]:
    """The modules in which something of that name is called."""
    return tuple(
        module
        for module in modules(f"{function}(")
        if any(isinstance(node, ast.Call) and called(node) == function for node in ast.walk(tree(module)))
    )


class Reading:
    """One pass over the source for what `pick` wants, in all functions or in those named."""

    def __init__(self, pick: Pick, samples: Mapping[str, list[str]], only: Collection[str] = ()) -> None:
        self.pick, self.samples, self.only = pick, samples, only

    def of(self, module: str) -> Iterator[Found]:
        for function in _functions(tree(module)):
            if self.only and function.name not in self.only:
                continue
            if not any(True for node in ast.walk(function) for _ in self.pick(node, module)):
                continue
            for line, expression, env in self._wanted(module, function):
                for sentence in self.values(expression, env, module, function):
                    yield Found(f"{module}:{line}", sentence)

    def _wanted(self, module: str, function: ast.FunctionDef) -> Iterator[tuple[int, ast.expr, Env]]:
        env: Env = {}
        for statement, before in self._statements(function.body, env, module, function):
            for node in _own(statement):
                for expression in self.pick(node, module):
                    yield expression.lineno, expression, before

    def _statements(
        self, body: list[ast.stmt], env: Env, module: str, function: ast.FunctionDef
    ) -> Iterator[tuple[ast.stmt, Env]]:
        """Each statement with what the names may hold before it; `env` is what they may hold after all."""
        for statement in body:
            yield statement, dict(env)
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    self._assign(target, statement.value, env, module, function)
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                if name in env:
                    ends = self.values(statement.value, env, module, function)
                    env[name] = [one + end for one in env[name] for end in ends]
            elif isinstance(statement, ast.If):
                branches = [dict(env), dict(env)]
                yield from self._statements(statement.body, branches[0], module, function)
                yield from self._statements(statement.orelse, branches[1], module, function)
                env.update(_joined(*branches))
            elif isinstance(statement, ast.For | ast.While | ast.With | ast.Try):
                within = dict(env)
                yield from self._statements(statement.body, within, module, function)
                for handler in statement.handlers if isinstance(statement, ast.Try) else ():
                    yield from self._statements(handler.body, within, module, function)
                env.update(_joined(env, within))

    def _assign(
        self, target: ast.expr, value: ast.expr, env: Env, module: str, function: ast.FunctionDef
    ) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=True):
                self._assign(one, other, env, module, function)
        elif isinstance(target, ast.Name) and _is_text(value):
            try:
                env[target.id] = self.values(value, env, module, function)
            except UnknownSampleError:
                env.pop(target.id, None)  # no sentence, or it fails where it is used
        elif isinstance(target, ast.Name):
            env.pop(target.id, None)

    def values(self, node: ast.expr, env: Env, module: str, function: ast.FunctionDef) -> list[str]:
        """Every sentence that the expression can become."""
        source = ast.unparse(node)
        for key in (f"{module}:{source}", source):
            if key in self.samples:
                return self.samples[key]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.JoinedStr):
            parts = [self.values(part, env, module, function) for part in node.values]
            return ["".join(chosen) for chosen in itertools.product(*parts)]
        if isinstance(node, ast.FormattedValue):
            return self._formatted(node, env, module, function)
        if isinstance(node, ast.IfExp):
            both = (self.values(part, env, module, function) for part in (node.body, node.orelse))
            return list(dict.fromkeys(itertools.chain(*both)))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = (self.values(part, env, module, function) for part in (node.left, node.right))
            return [one + other for one in left for other in right]
        if isinstance(node, ast.Name):
            return self._named(node.id, env, module, function)
        if isinstance(node, ast.Subscript):
            return _looked_up(node, module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._called(node.func.id, module)
        raise UnknownSampleError(f"{module}:{node.lineno}: say in the samples what this looks like: {source}")

    def _formatted(
        self, node: ast.FormattedValue, env: Env, module: str, function: ast.FunctionDef
    ) -> list[str]:
        if node.format_spec is not None and ast.unparse(node.format_spec) == "f','":
            return ["7", "1,234,567"]
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "len":
            return ["1", "12"]
        return self.values(node.value, env, module, function)

    def _named(self, name: str, env: Env, module: str, function: ast.FunctionDef) -> list[str]:
        if name in env:
            return env[name]
        names = [one.arg for one in function.args.args if one.arg != "self"]
        if name in names:
            return self._handed_over(function.name, name, names.index(name))
        raise UnknownSampleError(f"{module}: say in the samples what {function.name}'s {name} looks like")

    def _handed_over(self, function: str, name: str, at: int) -> list[str]:
        """What all callers give for a parameter."""

        def given(node: ast.AST, _: str) -> Iterator[ast.expr]:
            if isinstance(node, ast.Call) and called(node) == function:
                yield from node.args[at : at + 1]
                yield from (one.value for one in node.keywords if one.arg == name)

        callers = Reading(given, self.samples)
        found = [one.sentence for module in callers_of(function) for one in callers.of(module)]
        if not found:
            raise UnknownSampleError(f"nobody calls {function} with a {name}")
        return list(dict.fromkeys(found))

    def _called(self, name: str, module: str) -> list[str]:
        """What a function of the same module returns."""

        def returned(node: ast.AST, _: str) -> Iterator[ast.expr]:
            if isinstance(node, ast.Return) and node.value is not None:
                yield node.value

        for function in _functions(tree(module)):
            if function.name == name:
                inner = Reading(returned, self.samples)
                wanted = list(inner._wanted(module, function))
                found = [
                    one for _, value, env in wanted for one in inner.values(value, env, module, function)
                ]
                return list(dict.fromkeys(found))
        raise UnknownSampleError(f"{module}: say in the samples what {name}(...) looks like")


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements in it, which come by themselves."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.stmt):
                waiting.append(child)


def _joined(*branches: Env) -> Env:
    names = dict.fromkeys(name for env in branches for name in env)
    return {name: list(dict.fromkeys(one for env in branches for one in env.get(name, ()))) for name in names}


def _is_text(node: ast.expr) -> bool:
    """Whether a name that is assigned this may be a sentence or a part of one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) or _is_text(node.orelse)
    return isinstance(node, ast.JoinedStr)


def _looked_up(node: ast.Subscript, module: str) -> list[str]:
    """The texts of a table of the same module: of one key, or of any where the key is not constant."""
    for statement in tree(module).body:
        target = (
            statement.target
            if isinstance(statement, ast.AnnAssign)
            else statement.targets[0]
            if isinstance(statement, ast.Assign)
            else None
        )
        if target is not None and ast.unparse(target) == ast.unparse(node.value):
            try:
                table = ast.literal_eval(statement.value)  # type: ignore[attr-defined]  # reason: both have one
            except ValueError:
                break
            if isinstance(table, dict):
                key = node.slice
                return [table[key.value]] if isinstance(key, ast.Constant) else list(table.values())
    raise UnknownSampleError(
        f"{module}:{node.lineno}: say in the samples what this looks like: {ast.unparse(node)}"
    )
