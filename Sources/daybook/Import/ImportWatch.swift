import Documents
import Wire
import Workspace

/// Takes in what changes in some folders and files, for as long as a long run goes.
struct ImportWatch {
    let importer: KnowledgeImport
    /// As a person names them; none is the workspace's `knowledge/`.
    let paths: [String]
    let printer: ImportPrinter

    /// Until somebody ends it.
    func run() async throws {
        let watch = start()
        while true {
            if try await watch.wait(atMost: nil) { try await takeChanges() }
        }
    }

    /// Notices changes from now on.
    func start() -> FileWatch {
        let watch = FileWatch(folders)
        if watch.isPolling { Terminal.note("Note: nobody tells of changes in so many folders; looking every 2 s.") }
        return watch
    }

    /// Imports once more: what is as it was writes nothing.
    func takeChanges() async throws {
        do {
            let report = try await importer.run(
                paths,
                each: { outcome in
                    guard ![.unchanged, .kept, .gone, .leftOut].contains(outcome.verdict) else { return }
                    printer.show(outcome)
                })
            for problem in report.problems { Terminal.note("\(problem)".printable) }
        } catch let complaint as Complaint where complaint.status == .badInput || complaint.status == .notFound {
            // Somebody is still writing, perhaps: the next change is another chance.
            Terminal.note("Note: \(complaint.message.printable)")
        }
    }

    /// The folders that hold what is imported, with all that lie in them.
    private func folders() -> [String] {
        let places = paths.isEmpty ? ["\(importer.workplace.directory)/knowledge"] : paths
        var folders: Set<String> = []
        for place in places {
            guard let real = ImportFiles.realPath(place) else { continue }
            folders.formUnion(ImportFiles.folders(at: real))
        }
        return folders.sorted()
    }
}
