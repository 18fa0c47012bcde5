/// Words that say nothing about what a text is about, in English and German.
enum StopWords {
    static let all = Set((english + " " + german).split(whereSeparator: \.isWhitespace).map(String.init))

    private static let english = """
        a about above after again against ago all almost along already also although always am among an and
        another any anyone anything are as ask asked at average be became because become been before began
        begin being below best better between big bit both but by came can com come comes could day days did
        do does doing dollar dollars done down during each eight either else end ended euro euros even
        evening ever every everyone everything few fewer fifty find first five for found four friday from
        further gave get gets give given go goes got had half has have having he her here hers him his hour
        hours how html http https hundred i if in into is it its itself just keep kept kind knew know large
        last later least leave left less let like line long look looked lot made make makes many may me
        might minute minutes monday month months more morning most much must my need needs net never new
        next nine no nobody nor not nothing now of off often on once one only onto or org other our ours out
        over own part people per percent person place point put quarter quite ran rather reader readers
        really right run said same saturday say says second seconds see seem sent set seven she should side
        since six small so some somebody someone something still such sunday take taken ten than that the
        their them then there these they thing things this those though thought three through thursday thus
        time times to today together told too took tried try tuesday twenty two under until up upon us use
        used uses using very want wanted was way ways we wednesday week weeks well went were what when where
        whether which while who whole whom whose why will with within without worse would wrong www year
        years yes yet you your yours
        """

    private static let german = """
        aber alle als am auch auf aus bei bin bis das dass dem den der des die doch dort du ein eine einem
        einen einer er es für hat ich ihr im ist kann kein man mehr mit nach nicht noch nur oder sich sie
        sind so um und uns vom von vor war was wenn wer wie wir wird zu zum zur über
        """
}
