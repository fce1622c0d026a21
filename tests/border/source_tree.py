"""Figures of a source tree, read with `ast`: imports, circles, names, lengths, complexity.

`python tests/border/source_tree.py [ROOT] [--imports-in-functions]` prints the figures of the
package below ROOT. Imports are counted wherever they stand: at the top, inside a function, and
under `if TYPE_CHECKING:`.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of `target` (dotted name of an own or a library module) by `importer`."""

    importer: str
    target: str
    line: int
    function: str = ""
    """Name of the function around it, empty at module level."""
    type_only: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method with its length in lines, from `def` to the last line of its body."""

    module: str
    name: str
    line: int
    lines: int
    complexity: int


@dataclass
class Module:
    """One file of the package, parsed."""

    name: str
    path: Path
    text: str
    tree: ast.Module = field(repr=False)

    @property
    def lines(self) -> int:
        """Number of lines of the file."""
        return len(self.text.splitlines())

    @property
    def is_package(self) -> bool:
        """Whether the file is an `__init__.py`."""
        return self.path.name == "__init__.py"


class SourceTree:
    """All modules of one package."""

    def __init__(self, root: Path, package: str = "medex_tui") -> None:
        self.root, self.package = root, package
        self.modules: dict[str, Module] = {}
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            self.modules[name] = Module(name, path, text, ast.parse(text))

    @cached_property
    def imports(self) -> list[Import]:
        """Every import statement of every module, one entry per imported module."""
        return [found for module in self.modules.values() for found in self._imports_of(module)]

    @cached_property
    def graph(self) -> dict[str, set[str]]:
        """Module -> the modules of the package it imports."""
        edges: dict[str, set[str]] = {name: set() for name in self.modules}
        for found in self.imports:
            if found.target in self.modules and found.target != found.importer:
                edges[found.importer].add(found.target)
        return edges

    def _imports_of(self, module: Module) -> Iterator[Import]:
        for node, function, type_only in _walk(module.tree.body, "", False):
            if isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                targets = self._targets(module, node)
            else:
                continue
            for target in dict.fromkeys(targets):
                yield Import(module.name, target, node.lineno, function, type_only)

    def _targets(self, module: Module, node: ast.ImportFrom) -> list[str]:
        """The modules a `from` import loads: `from a import b` is `a.b` where that is one."""
        base = node.module or ""
        if node.level:
            parts = module.name.split(".")
            parents = parts[: len(parts) - node.level + module.is_package]
            base = ".".join([*parents, *filter(None, [node.module])])
        names = [f"{base}.{alias.name}" for alias in node.names]
        return [name if name in self.modules else base for name in names]

    # -- circles

    def file_circles(self) -> list[list[str]]:
        """Groups of modules that import each other, directly or through others."""
        return circles(self.graph)

    def folder_circles(self) -> list[list[str]]:
        """Groups of neighbors in one folder (files and subfolders) that import each other.

        A subfolder counts as one node with everything below it; `__init__` is a node of its own.
        """
        groups: list[list[str]] = []
        for folder, edges in self.sibling_graphs().items():
            groups += [[folder, *group] for group in circles(edges)]
        return groups

    def sibling_graphs(self) -> dict[str, dict[str, set[str]]]:
        """Folder -> the import graph of its direct children."""
        graphs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for importer, targets in self.graph.items():
            for target in targets:
                folder, left, right = self._split(importer, target)
                if left != right:
                    graphs[folder][left].add(right)
        return graphs

    def _split(self, importer: str, target: str) -> tuple[str, str, str]:
        """The folder that two modules share, and the child of it that each is in."""
        left, right = self._place(importer), self._place(target)
        shared = 0
        while shared < min(len(left), len(right)) - 1 and left[shared] == right[shared]:
            shared += 1
        return ".".join(left[:shared]), left[shared], right[shared]

    def _place(self, name: str) -> list[str]:
        return [*name.split("."), *(["__init__"] if self.modules[name].is_package else [])]

    # -- names, lengths, complexity

    def class_places(self) -> dict[str, list[str]]:
        """Public class name -> the modules that define it."""
        places: dict[str, list[str]] = defaultdict(list)
        for module in self.modules.values():
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(module.name)
        return places

    @cached_property
    def functions(self) -> list[Function]:
        """Every function and method, nested ones too."""
        return [
            Function(
                module.name,
                node.name,
                node.lineno,
                (node.end_lineno or node.lineno) - node.lineno + 1,
                complexity(node),
            )
            for module in self.modules.values()
            for node in ast.walk(module.tree)
            if isinstance(node, FUNCTION_NODES)
        ]

    def nested_ternaries(self) -> list[str]:
        """Places (`module:line`) of a conditional expression inside another one."""
        places = []
        for module in self.modules.values():
            for node in ast.walk(module.tree):
                inner = list(ast.walk(node))[1:] if isinstance(node, ast.IfExp) else []
                if any(isinstance(child, ast.IfExp) for child in inner):
                    places.append(f"{module.name}:{node.lineno}")
        return list(dict.fromkeys(places))

    def private_names(self) -> list[tuple[str, int, str]]:
        """Uses of `._name` that nothing in the package defines: (module, line, name)."""
        own = set().union(*(_defined_names(module.tree) for module in self.modules.values()))
        return [
            (module.name, node.lineno, node.attr)
            for module in self.modules.values()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and _is_private(node.attr) and node.attr not in own
        ]

    def folder_of(self, module: str) -> str:
        """The folder of a module relative to the root, with `/`."""
        return self.modules[module].path.parent.relative_to(self.root).as_posix()


def _walk(
    body: Iterable[ast.AST], function: str, type_only: bool
) -> Iterator[tuple[ast.AST, str, bool]]:
    """Every node with the function around it and whether only a type checker runs it."""
    for node in body:
        yield node, function, type_only
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from _walk(node.body, function, True)
            yield from _walk(node.orelse, function, type_only)
        elif isinstance(node, FUNCTION_NODES):
            yield from _walk(ast.iter_child_nodes(node), function or node.name, type_only)
        else:
            yield from _walk(ast.iter_child_nodes(node), function, type_only)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _defined_names(tree: ast.Module) -> set[str]:
    """Private names a module defines: functions, classes, variables, attributes on `self`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (*FUNCTION_NODES, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("self", "cls")
        ):
            names.add(node.attr)
    return {name for name in names if _is_private(name)}


def complexity(node: FunctionNode) -> int:
    """McCabe's number of a function: 1 + branches, counted as ruff's C901 counts them."""
    total = 1
    for child in ast.walk(node):
        if isinstance(child, ast.Match):
            total += sum(not _matches_all(case) for case in child.cases)
        elif isinstance(child, ast.Try):
            total += len(child.handlers) + bool(child.orelse)
        elif isinstance(child, ast.For | ast.AsyncFor | ast.While):
            total += 1 + bool(child.orelse)
        elif isinstance(child, ast.If) or (isinstance(child, FUNCTION_NODES) and child is not node):
            total += 1
    return total


def _matches_all(case: ast.match_case) -> bool:
    pattern = case.pattern
    return case.guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Strongly connected groups of more than one node, largest first (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []
    for start in sorted(edges):
        if start in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [_enter(start, edges, index, low, stack)]
        while work:
            node, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    group = stack[stack.index(node) :]
                    del stack[stack.index(node) :]
                    groups += [sorted(group)] if len(group) > 1 else []
            elif child not in index:
                work.append(_enter(child, edges, index, low, stack))
            elif child in stack:
                low[node] = min(low[node], index[child])
    return sorted(groups, key=len, reverse=True)


def _enter(
    node: str,
    edges: Mapping[str, set[str]],
    index: dict[str, int],
    low: dict[str, int],
    stack: list[str],
) -> tuple[str, Iterator[str]]:
    index[node] = low[node] = len(index)
    stack.append(node)
    return node, iter(sorted(edges.get(node, ())))


def figures(tree: SourceTree) -> list[str]:
    """The figures of a tree as lines of text."""
    groups = tree.file_circles()
    hidden = [found for found in tree.imports if found.function]
    own = [found for found in hidden if found.target in tree.modules]
    longest = max(tree.functions, key=lambda function: function.lines)
    hardest = max(tree.functions, key=lambda function: function.complexity)
    file = max(tree.modules.values(), key=lambda module: module.lines)
    twice = {name: places for name, places in tree.class_places().items() if len(places) > 1}
    wide = [line for m in tree.modules.values() for line in m.text.splitlines() if len(line) > 100]
    folders = Counter[str]()
    for module in tree.modules.values():
        folders["/".join(Path(tree.folder_of(module.name)).parts[:2])] += module.lines
    return [
        f"modules                          {len(tree.modules)}",
        f"lines                            {sum(m.lines for m in tree.modules.values())}",
        f"import edges                     {sum(map(len, tree.graph.values()))}",
        f"circles of files                 {len(groups)} (files in them: {sum(map(len, groups))})",
        f"circles of folders and neighbors {len(tree.folder_circles())}",
        f"imports inside functions         {len(hidden)} (of own modules: {len(own)})",
        f"type-only imports                {sum(found.type_only for found in tree.imports)}",
        f"public class names twice         {len(twice)}: {', '.join(sorted(twice))}",
        f"longest function                 {longest.lines} lines: {longest.module}.{longest.name}",
        f"functions over 60 lines          {sum(f.lines > 60 for f in tree.functions)}",
        f"longest file                     {file.lines} lines: {file.name}",
        f"files over 400 lines             {sum(m.lines > 400 for m in tree.modules.values())}",
        f"highest complexity               {hardest.complexity}: {hardest.module}.{hardest.name}",
        f"functions over complexity 12     {sum(f.complexity > 12 for f in tree.functions)}",
        f"nested ternaries                 {len(tree.nested_ternaries())}",
        f"lines over 100 columns           {len(wide)}",
        *(f"lines in {folder:24}{count}" for folder, count in sorted(folders.items())),
    ]


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    source = SourceTree(Path(words[0]) if words else Path(__file__).parents[2])
    print(*figures(source), sep="\n")
    if "--imports-in-functions" in sys.argv:
        for found in source.imports:
            if found.function:
                print(f"{found.importer}:{found.line} {found.function}() {found.target}")
