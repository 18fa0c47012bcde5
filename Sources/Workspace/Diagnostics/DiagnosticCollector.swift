/// Gathers what the readers of one load find.
final class DiagnosticCollector {
    /// Kept in full; what comes after is counted.
    static let diagnosticsMax = 50

    private var diagnostics: [Diagnostic] = []
    private(set) var omitted = 0
    private(set) var errorCount = 0

    func report(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        guard diagnostics.count < Self.diagnosticsMax else {
            omitted += 1
            return
        }
        diagnostics.append(diagnostic)
    }

    /// By file in the order of reading, by place within a file.
    var sorted: [Diagnostic] {
        let paths = diagnostics.map(\.path)
        let rank = Dictionary(paths.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        let start = SourcePosition(line: 0, column: 0)
        return diagnostics.enumerated().sorted { a, b in
            let left = (rank[a.element.path] ?? 0, a.element.position ?? start, a.offset)
            let right = (rank[b.element.path] ?? 0, b.element.position ?? start, b.offset)
            return left < right
        }.map(\.element)
    }

    var problems: WorkspaceProblems { WorkspaceProblems(sorted, omitted: omitted) }
}
