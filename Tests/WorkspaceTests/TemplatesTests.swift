import Events
import Foundation
import Testing
import Wire
import Workspace

@Suite struct TemplatesTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture([:]) }

    @Test func `every template loads, and there is nothing to complain about`() throws {
        for name in Templates.names {
            let directory = "\(fixture.directory)/\(name)/deep"
            let paths = try Templates.write(name, to: directory)
            #expect(try LoadedWorkspace.load(at: directory).notes.isEmpty)
            #expect(paths == paths.sorted())
            for path in paths { #expect(FileManager.default.fileExists(atPath: "\(directory)/\(path)")) }
        }
    }

    @Test func `the newsletter has all that its first screen says`() throws {
        try Templates.write("newsletter", to: fixture.directory)
        let workspace = try fixture.load()
        #expect(
            workspace.agents.map(\.definition.name) == ["observer", "publisher", "researcher", "strategist", "writer"])
        #expect(workspace.flows.map(\.definition.name) == ["figures", "newsletter"])
        let steps = try #require(workspace.flow("newsletter")).definition.steps
        #expect(steps.map(\.id) == ["plan", "sources", "research", "draft", "edit", "publish"])
        let issues = workspace.knowledgeFiles.filter { $0.collection == "issues" }
        #expect(issues.count == 9)
        for issue in issues {
            #expect(issue.form == .pastOutput)
            #expect(issue.figures.map(\.name) == ["recipients", "opens", "clicks", "unsubscribes"])
            #expect((120...260).contains(issue.body.split(whereSeparator: \.isWhitespace).count))
        }
        #expect(workspace.knowledgeFiles.count { $0.collection == "personas" } == 3)
        #expect(workspace.knowledgeFiles.count { $0.collection == "product" } == 4)
        let pricing = try #require(workspace.knowledgeFiles.first { $0.id == "pricing" })
        #expect(pricing.body.contains("Pro costs $39 a month"))
        #expect(try workspace.audience("list:weekly").count == 5)
        #expect(try workspace.inputs(for: "newsletter", given: []).description == #"{"topic":""}"#)
        let ignored = try String(contentsOfFile: "\(fixture.directory)/.gitignore", encoding: .utf8)
        #expect(ignored.contains("\n.daybook/\n") && ignored.contains("\noutbox/\n"))
    }

    @Test func `its sources are well formed and there is enough to read`() throws {
        try Templates.write("newsletter", to: fixture.directory)
        let workspace = try fixture.load()
        let steps = try #require(workspace.flow("newsletter")).definition.steps
        guard case .read(let work)? = steps.first(where: { $0.id == "sources" })?.work else {
            Issue.record("the step is missing")
            return
        }
        var items = 0
        for source in work.sources {
            switch source {
            case .folder(let path):
                items += try FileManager.default.contentsOfDirectory(atPath: workspace.fullPath(of: path)).count
            case .feed(let path):
                let text = try String(contentsOfFile: workspace.fullPath(of: path), encoding: .utf8)
                items += text.components(separatedBy: "<item>").count - 1
                items += text.components(separatedBy: "<entry>").count - 1
                for tag in ["entry", "item", "title", "summary", "description"] {
                    let opened =
                        text.components(separatedBy: "<\(tag)>").count
                        + text.components(separatedBy: "<\(tag) ").count
                    #expect(opened - 1 == text.components(separatedBy: "</\(tag)>").count)
                }
            }
        }
        #expect(items == 17)
    }

    @Test func `a template is the same in every folder`() throws {
        try Templates.write("newsletter", to: "\(fixture.directory)/a")
        try Templates.write("newsletter", to: "\(fixture.directory)/b")
        let first = try LoadedWorkspace.load(at: "\(fixture.directory)/a").manifest(for: "newsletter")
        #expect(try LoadedWorkspace.load(at: "\(fixture.directory)/b").manifest(for: "newsletter") == first)
    }

    @Test func `a folder that holds something is left alone`() throws {
        try fixture.write("mine.txt", "mine")
        let problem = #expect(throws: WorkspaceProblems.self) {
            try Templates.write("newsletter", to: fixture.directory)
        }
        #expect(problem?.description.contains("there is something in it already") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory) == ["mine.txt"])
    }

    @Test(arguments: ["Dropbox", "Dropbox (Personal)", "OneDrive - Acme", "iCloud Drive", "Mobile Documents"])
    func `a folder that another program copies is refused by name`(folder: String) throws {
        let directory = "\(fixture.directory)/\(folder)/levers"
        let problem = #expect(throws: WorkspaceProblems.self) { try Templates.write("newsletter", to: directory) }
        #expect(problem?.description.contains("which breaks a ledger") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory).isEmpty)
    }

    @Test func `a link does not hide that a folder is copied elsewhere`() throws {
        let real = "\(fixture.directory)/Dropbox/x"
        try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(fixture.directory)/plain", withDestinationPath: real)
        #expect(throws: WorkspaceProblems.self) {
            try Templates.write("newsletter", to: "\(fixture.directory)/plain/levers")
        }
    }

    @Test func `what cannot be written leaves nothing behind`() throws {
        try fixture.write("file", "x")
        for directory in ["\(fixture.directory)/file", "\(fixture.directory)/file/levers", "", "/"] {
            #expect(throws: WorkspaceProblems.self) { try Templates.write("newsletter", to: directory) }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory) == ["file"])
    }

    @Test func `an unknown template is named with the one that was meant`() throws {
        let problem = #expect(throws: WorkspaceProblems.self) {
            try Templates.write("newsleter", to: fixture.directory)
        }
        #expect(problem?.description.contains("did you mean \"newsletter\"?") == true)
    }
}
