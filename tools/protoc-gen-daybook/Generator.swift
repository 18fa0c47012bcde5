import SwiftProtobuf
import SwiftProtobufPluginLibrary

/// protoc-gen-daybook: from `.proto` to plain Swift values with their canonical reader and writer, their JSON,
/// and the catalogue of all events.
@main
struct Generator: CodeGenerator {
    var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] { [.proto3Optional] }

    func generate(
        files: [FileDescriptor], parameter: any CodeGeneratorParameter, protoCompilerContext: any ProtoCompilerContext,
        generatorOutputs: any GeneratorOutputs
    ) throws {
        let order = try GeneratorOrder(parameter.parameter)
        let record = try order.record.map { try NumberRecord(readingFile: $0) }
        var rules = HouseRules()
        rules.check(files)
        if let record { rules.check(files, against: record) }
        guard rules.violations.isEmpty else { throw rules }

        for file in files {
            let page = order.isForTests ? Page(testing: file) : Page(declaring: file, order)
            try generatorOutputs.add(fileName: file.name.replacing(".proto", with: ".swift"), contents: page.text)
        }
        if order.isForTests {
            try generatorOutputs.add(fileName: "Checks.swift", contents: Page(checking: files).text)
        } else if !files.listedEvents.isEmpty {
            try generatorOutputs.add(
                fileName: "EventCatalog+Entries.swift", contents: Page(cataloguing: files).text)
        }
        if let record {
            try generatorOutputs.add(fileName: "numbers.txt", contents: record.adding(files).text)
        }
    }
}
