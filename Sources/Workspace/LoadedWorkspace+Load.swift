import Events

extension LoadedWorkspace {
    /// Reads and checks everything. Nothing is changed, and nothing outside the folder is opened.
    ///
    /// - Throws: all that was found, if any of it is an error.
    public static func load(at directory: String) throws(WorkspaceProblems) -> LoadedWorkspace {
        let folder = try WorkspaceFolder(at: directory)
        let collector = DiagnosticCollector()
        let settings = BusinessFile(in: folder, collector)
        var context = FlowContext(folder: folder, settings: settings)
        let knowledge = knowledge(in: folder, collector)
        context.entries = Dictionary(knowledge.map { ($0.id, $0.collection) }, uniquingKeysWith: { first, _ in first })
        let agentFiles = files(in: AgentFile.folder, suffix: ".md", folder, collector)
        let agents = agentFiles.compactMap { file in
            AgentFile.read(
                file.path, named: file.stem, in: folder, settings: settings, collections: context.collections,
                collector)
        }
        context.agentNames = KnownNames(names: Set(agentFiles.map(\.stem)))
        context.agents = Dictionary(
            agents.map { ($0.definition.name, $0.definition) }, uniquingKeysWith: { first, _ in first })
        let listFiles = files(in: MailingList.folder, suffix: ".csv", folder, collector)
        let lists = listFiles.compactMap { MailingList.read($0.path, named: $0.stem, in: folder, collector) }
        context.lists = KnownNames(names: Set(listFiles.map(\.stem)))
        let flowFiles = files(in: FlowFile.folder, suffix: ".yaml", folder, collector)
        let flows = flowFiles.compactMap { FlowFile.read($0.path, named: $0.stem, context: context, collector) }
        guard collector.errorCount == 0, let business = settings.business else { throw collector.problems }
        return LoadedWorkspace(
            directory: folder.root, flows: flows, agents: agents, models: settings.models,
            connectors: settings.connectors, business: business, owner: settings.owner ?? "owner",
            budgets: settings.budgets, acceptRules: settings.acceptRules, knowledgeFiles: knowledge, lists: lists,
            notes: collector.sorted)
    }

    private struct Found {
        let path: String
        /// The name without what follows the last dot.
        let stem: String
    }

    private static func files(
        in name: String, suffix: String, _ folder: WorkspaceFolder, _ collector: DiagnosticCollector
    ) -> [Found] {
        let names: [String]
        do throws(FileRefusal) {
            names = try folder.names(in: name)
        } catch {
            collector.report(Diagnostic(path: name, message: error.message))
            return []
        }
        for other in names where suffix == ".yaml" && other.hasSuffix(".yml") {
            collector.report(
                Diagnostic(.note, path: "\(name)/\(other)", message: "not read", hint: "rename it to end in .yaml"))
        }
        return names.filter { $0.hasSuffix(suffix) && !folder.isFolder("\(name)/\($0)") }.map {
            Found(path: "\(name)/\($0)", stem: String($0.dropLast(suffix.count)))
        }
    }

    /// `knowledge/*.md`, and one level of folders below it, each a collection.
    private static func knowledge(in folder: WorkspaceFolder, _ collector: DiagnosticCollector) -> [KnowledgeFile] {
        let root = KnowledgeFile.folder
        var found = files(in: root, suffix: ".md", folder, collector).map { (file: $0, collection: String?.none) }
        for name in (try? folder.names(in: root)) ?? [] where folder.isFolder("\(root)/\(name)") {
            guard Identifier.isValid(name) else {
                collector.report(
                    Diagnostic(
                        path: "\(root)/\(name)", message: "\"\(name.excerpt)\" is no collection's name",
                        hint: Identifier.rule(dots: true)))
                continue
            }
            found += files(in: "\(root)/\(name)", suffix: ".md", folder, collector).map { ($0, name) }
        }
        var paths: [String: String] = [:]
        var entries: [KnowledgeFile] = []
        for (file, collection) in found {
            if let other = paths[file.stem] {
                collector.report(
                    Diagnostic(
                        path: file.path, message: "\(other) has the same name, and an entry's name is its id",
                        hint: "rename one of the two"))
                continue
            }
            paths[file.stem] = file.path
            let entry = KnowledgeFile.read(file.path, named: file.stem, collection: collection, in: folder, collector)
            if let entry { entries.append(entry) }
        }
        return entries.sorted { $0.id < $1.id }
    }
}
