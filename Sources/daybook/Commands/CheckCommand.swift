import ArgumentParser
import Workspace

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read every file of the workspace and say what is wrong, with line and column.")

    @OptionGroup var options: WorkspaceOptions

    func run() async throws {
        let directory = try Workplace.find(from: options.directory)
        let files: LoadedWorkspace
        do {
            files = try LoadedWorkspace.load(at: directory)
        } catch {
            throw Complaint(error)
        }
        for note in files.notes { Terminal.note("\(note)") }
        if options.json {
            Terminal.line("{\"ok\":true,\"notes\":\(files.notes.count)}")
        } else {
            Terminal.line(
                "OK  \(Format.plural(files.flows.count, "flow")), \(Format.plural(files.agents.count, "agent")), "
                    + "\(Format.plural(files.knowledgeFiles.count, "knowledge file"))")
        }
    }
}
