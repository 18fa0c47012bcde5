// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The rooms, from the bottom up. Who may import whom: Sources/daybook/Documentation.docc/Rooms.md;
// `tools/tidy` compares that table with this file and with every import.
let package = Package(
    name: "daybook",
    products: [
        .executable(name: "daybook", targets: ["daybook"]),
        // For `Benchmarks`, which measures these rooms as anyone else would use them.
        .library(name: "Embedding", targets: ["Embedding"]),
        .library(name: "EventSourcing", targets: ["EventSourcing"]),
        .library(name: "IndexStore", targets: ["IndexStore"]),
        .library(name: "JobFixtures", targets: ["JobFixtures"]),
        .library(name: "Ledger", targets: ["Ledger"]),
        .library(name: "Mapping", targets: ["Mapping"]),
        .library(name: "Retrieval", targets: ["Retrieval"]),
        .library(name: "ViewStore", targets: ["ViewStore"]),
        .library(name: "Views", targets: ["Views"]),
        .library(name: "Wire", targets: ["Wire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Level 0: C libraries.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        // Ours: without optimisation, a test would wait seconds for each text.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),

        // Level 1: the bytes of everything.
        .target(name: "Wire", dependencies: ["COpenSSL"]),

        // Level 2: the vocabulary.
        .target(name: "LMDB", dependencies: ["CLMDB"]),
        .target(name: "Transfer", dependencies: ["CCurl"]),
        .target(name: "Documents", dependencies: ["CXML2", "Wire"]),
        .target(name: "Mapping", dependencies: ["Wire"]),
        .target(name: "EventSourcing", dependencies: ["Wire"]),
        .target(name: "Sealing", dependencies: ["Wire", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "Events", dependencies: ["Wire"], exclude: ["Protos"]),
        .target(name: "Embedding", dependencies: ["CKernels", "Wire"]),

        // Level 3: what decides, and what keeps.
        .target(name: "EventSourcingTesting", dependencies: ["EventSourcing", "Wire"]),
        .target(name: "Jobs", dependencies: ["EventSourcing", "Events", "Sealing", "Wire"]),
        .target(name: "Knowledge", dependencies: ["EventSourcing", "Events", "Wire"]),
        .target(name: "Governance", dependencies: ["EventSourcing", "Events", "Wire"]),
        .target(
            name: "Ledger",
            dependencies: ["EventSourcing", "LMDB", "Wire", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "ViewStore", dependencies: ["EventSourcing", "LMDB", "Wire"]),
        .target(name: "Keys", dependencies: ["Sealing", "Wire"]),

        // Level 4: what reads and what works.
        .target(name: "Views", dependencies: ["EventSourcing", "Events", "Wire", "ViewStore"], exclude: ["Protos"]),
        .target(name: "Retrieval", dependencies: ["CKernels", "EventSourcing", "Wire"]),
        .target(
            name: "Agents",
            dependencies: [
                "Embedding", "EventSourcing", "Events", "Jobs", "Mapping", "Sealing", "Transfer", "Wire",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),

        // Level 5: what drives.
        .target(name: "IndexStore", dependencies: ["EventSourcing", "Mapping", "Retrieval", "Wire"]),
        .target(
            name: "Coordinator",
            dependencies: ["EventSourcing", "Events", "Governance", "Jobs", "Knowledge", "Sealing", "Wire"]),
        .target(name: "Connectors", dependencies: ["EventSourcing", "Events", "Jobs", "Transfer", "Wire"]),

        // Level 6: what people write, and what they look at.
        .target(
            name: "Workspace",
            dependencies: ["Documents", "Events", "Jobs", "Wire", .product(name: "Yams", package: "Yams")]),
        .target(name: "Server", dependencies: ["Events", "Views", "Wire"]),

        // Level 7: the composition root.
        .executableTarget(
            name: "daybook",
            dependencies: [
                "Agents", "Connectors", "Coordinator", "Documents", "Embedding", "EventSourcing", "Events",
                "Governance", "IndexStore", "Jobs", "Keys", "Knowledge", "Ledger", "Retrieval", "Sealing", "Server",
                "ViewStore", "Views", "Wire", "Workspace",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // A process of its own for the ledger's tests: to kill, and to append beside.
        .executableTarget(
            name: "ledger-child", dependencies: ["EventSourcing", "LMDB", "Ledger", "Wire"],
            path: "Tests/ledger-child"),

        // One for the views' tests: to keep views beside others, and to kill.
        .executableTarget(
            name: "views-child", dependencies: ["EventSourcing", "Events", "Ledger", "ViewStore", "Views", "Wire"],
            path: "Tests/views-child"),

        // Tools.
        .executableTarget(
            name: "protoc-gen-daybook",
            dependencies: [
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"),
            ],
            path: "tools/protoc-gen-daybook"),
    ]
)

// One test target a room. `DAYBOOK_TESTS=LedgerTests,WireTests` builds only these and the rooms they need.
let tests: [(name: String, dependencies: [Target.Dependency])] = [
    ("WireTests", ["Wire"]),
    (
        "EventsTests",
        ["Events", "Wire", "protoc-gen-daybook", .product(name: "SwiftProtobuf", package: "swift-protobuf")]
    ),
    ("DocumentsTests", ["Documents", "Wire"]),
    ("EventSourcingTests", ["EventSourcing", "EventSourcingTesting", "Wire"]),
    ("LMDBTests", ["LMDB"]),
    ("LedgerTests", ["EventSourcing", "EventSourcingTesting", "LMDB", "Ledger", "Wire", "ledger-child"]),
    ("JobsTests", ["EventSourcing", "EventSourcingTesting", "Events", "JobFixtures", "Jobs", "Wire"]),
    ("SealingTests", ["Sealing", "Wire"]),
    ("KeysTests", ["Keys", "Sealing", "Wire"]),
    ("KnowledgeTests", ["EventSourcing", "EventSourcingTesting", "Events", "Knowledge", "Views", "Wire"]),
    ("GovernanceTests", ["EventSourcing", "EventSourcingTesting", "Events", "Governance", "Wire"]),
    (
        "ViewsTests",
        [
            "EventSourcing", "EventSourcingTesting", "Events", "Jobs", "Ledger", "Server", "Views", "ViewStore", "Wire",
            "views-child",
        ]
    ),
    ("EmbeddingTests", ["CKernels", "Embedding", "Mapping", "Wire"]),
    ("MappingTests", ["Mapping", "Wire"]),
    ("RetrievalTests", ["CKernels", "EventSourcing", "Retrieval", "Wire"]),
    ("IndexStoreTests", ["EventSourcing", "IndexStore", "Retrieval", "Wire"]),
    ("TransferTests", ["Transfer"]),
    ("AgentsTests", ["Agents", "Embedding", "EventSourcing", "Events", "Jobs", "Wire"]),
    ("ConnectorsTests", ["Connectors", "EventSourcing", "Events", "Jobs", "Wire"]),
    (
        "CoordinatorTests",
        [
            "Coordinator", "EventSourcing", "EventSourcingTesting", "Events", "JobFixtures", "Jobs", "Knowledge",
            "Ledger", "Sealing", "Wire",
        ]
    ),
    ("WorkspaceTests", ["Events", "Jobs", "Wire", "Workspace"]),
    (
        "EndToEndTests",
        [
            "Coordinator", "Embedding", "EventSourcing", "Events", "Jobs", "Ledger", "Sealing", "Views", "Wire",
            "daybook",
        ]
    ),
]
// What several of them tell their stories with.
package.targets.append(
    .target(
        name: "JobFixtures", dependencies: ["EventSourcing", "Events", "Jobs", "Sealing", "Wire"],
        path: "Tests/JobFixtures"))
let chosen = ProcessInfo.processInfo.environment["DAYBOOK_TESTS"].map { Set($0.split(separator: ",").map(String.init)) }
let excluded = [
    "AgentsTests": "Fixtures", "ConnectorsTests": "Fixtures", "EmbeddingTests": "Golden", "EndToEndTests": "Fixtures",
    "EventsTests": "Golden", "JobsTests": "Golden",
]
for test in tests where chosen?.contains(test.name) ?? true {
    package.targets.append(
        .testTarget(
            name: test.name, dependencies: test.dependencies,
            exclude: excluded[test.name].map { [$0] } ?? []))
}
if let chosen {
    var needed = chosen
    for target in package.targets.reversed() where needed.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { needed.insert(name) }
    }
    package.targets.removeAll { !needed.contains($0.name) }
    package.products.removeAll()
}

// One loop of settings for every target of ours.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        // To declare a nonescapable type, or to return a span; not to use one.
        .enableExperimentalFeature("Lifetimes"),
        .treatAllWarnings(as: .error),
    ]
    // Generics of one room are specialised for another only with this: replay is 40 % faster. Swift 6.3.1 crashes when
    // it does so with the transactions of LMDB, which are not generic anyway.
    if target.name != "LMDB" {
        target.swiftSettings?.append(.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)))
    }
    // What folds millions of events does not look at run time for what tests (debug builds) have looked for.
    if ["Wire", "LMDB", "EventSourcing", "Events", "Ledger", "ViewStore", "Views"].contains(target.name) {
        target.swiftSettings?.append(.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)))
    }
}
