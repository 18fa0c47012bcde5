import Foundation
import Testing

@Suite struct `A blank company, end to end` {
    /// A folder with notes of a bicycle shop, which no template made.
    private func shop() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-shop-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder + "/notes", withIntermediateDirectories: true)
        try "mine\n".write(toFile: folder + "/.gitignore", atomically: true, encoding: .utf8)
        try "# Opening hours\n\nThe workshop is open from Tuesday to Saturday.\n".write(
            toFile: folder + "/notes/hours.md", atomically: true, encoding: .utf8)
        return folder
    }

    @Test func `it begins beside the files that are there, and answers from them`() throws {
        let folder = try shop()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try DaybookBinary.run(["init", "blank", "."], in: folder)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.lines.last?.hasPrefix("Next: daybook knowledge import") == true)
        #expect(try String(contentsOfFile: folder + "/.gitignore", encoding: .utf8) == "mine\n")
        #expect(try String(contentsOfFile: folder + "/.daybook/.gitignore", encoding: .utf8).hasSuffix("\n*\n"))
        #expect(try DaybookBinary.run(["check"], in: folder).status == 0)
        #expect(try DaybookBinary.run(["knowledge", "import", "notes"], in: folder).status == 0)
        let run = try DaybookBinary.run(["run", "ask", "-f", "question=when is the workshop open?"], in: folder)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let audit = try DaybookBinary.run(["audit", "ask-1.answer"], in: folder)
        #expect(audit.output.contains("hours@1"))
        for command in [["verify"], ["doctor"], ["replay", "--all"], ["status"]] {
            #expect(try DaybookBinary.run(command, in: folder).status == 0, "\(command)")
        }
    }

    @Test func `what is a workspace already is left alone`() throws {
        let folder = try shop()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "mine".write(toFile: folder + "/daybook.yaml", atomically: true, encoding: .utf8)
        let made = try DaybookBinary.run(["init", "blank", "."], in: folder)
        #expect(made.status != 0 && made.errors.contains("daybook.yaml is in it already"), "\(made.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/.daybook"))
        #expect(try String(contentsOfFile: folder + "/daybook.yaml", encoding: .utf8) == "mine")
    }

    @Test func `a folder with files is refused by other templates, with the way`() throws {
        let folder = try shop()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try DaybookBinary.run(["init", "newsletter", "."], in: folder)
        #expect(made.status != 0 && made.errors.contains("daybook init blank"), "\(made.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [".gitignore", "notes"])
    }
}
