from flask import Flask, request

app = Flask(__name__)


@app.post("/orders")
def create():  # expect: architecture/fat-handler
    kind = request.json["kind"]
    total = 0
    if kind == 0 and request.user.level > 0:
        total += 0
    if kind == 1 and request.user.level > 1:
        total += 1
    if kind == 2 and request.user.level > 2:
        total += 2
    if kind == 3 and request.user.level > 3:
        total += 3
    if kind == 4 and request.user.level > 4:
        total += 4
    if kind == 5 and request.user.level > 5:
        total += 5
    if kind == 6 and request.user.level > 6:
        total += 6
    if kind == 7 and request.user.level > 7:
        total += 7
    if kind == 8 and request.user.level > 8:
        total += 8
    if kind == 9 and request.user.level > 9:
        total += 9
    if kind == 10 and request.user.level > 10:
        total += 10
    if kind == 11 and request.user.level > 11:
        total += 11
    return {"total": total}


# Nothing to see.
@app.post("/rows")
def flat():
    row = {}
    row["field_0"] = request.json["field_0"]
    row["field_1"] = request.json["field_1"]
    row["field_2"] = request.json["field_2"]
    row["field_3"] = request.json["field_3"]
    row["field_4"] = request.json["field_4"]
    row["field_5"] = request.json["field_5"]
    row["field_6"] = request.json["field_6"]
    row["field_7"] = request.json["field_7"]
    row["field_8"] = request.json["field_8"]
    row["field_9"] = request.json["field_9"]
    row["field_10"] = request.json["field_10"]
    row["field_11"] = request.json["field_11"]
    row["field_12"] = request.json["field_12"]
    row["field_13"] = request.json["field_13"]
    row["field_14"] = request.json["field_14"]
    row["field_15"] = request.json["field_15"]
    row["field_16"] = request.json["field_16"]
    row["field_17"] = request.json["field_17"]
    row["field_18"] = request.json["field_18"]
    row["field_19"] = request.json["field_19"]
    row["field_20"] = request.json["field_20"]
    row["field_21"] = request.json["field_21"]
    row["field_22"] = request.json["field_22"]
    row["field_23"] = request.json["field_23"]
    row["field_24"] = request.json["field_24"]
    row["field_25"] = request.json["field_25"]
    row["field_26"] = request.json["field_26"]
    row["field_27"] = request.json["field_27"]
    row["field_28"] = request.json["field_28"]
    row["field_29"] = request.json["field_29"]
    row["field_30"] = request.json["field_30"]
    row["field_31"] = request.json["field_31"]
    row["field_32"] = request.json["field_32"]
    row["field_33"] = request.json["field_33"]
    row["field_34"] = request.json["field_34"]
    row["field_35"] = request.json["field_35"]
    row["field_36"] = request.json["field_36"]
    row["field_37"] = request.json["field_37"]
    row["field_38"] = request.json["field_38"]
    row["field_39"] = request.json["field_39"]
    row["field_40"] = request.json["field_40"]
    row["field_41"] = request.json["field_41"]
    row["field_42"] = request.json["field_42"]
    row["field_43"] = request.json["field_43"]
    row["field_44"] = request.json["field_44"]
    row["field_45"] = request.json["field_45"]
    row["field_46"] = request.json["field_46"]
    row["field_47"] = request.json["field_47"]
    row["field_48"] = request.json["field_48"]
    row["field_49"] = request.json["field_49"]
    row["field_50"] = request.json["field_50"]
    row["field_51"] = request.json["field_51"]
    row["field_52"] = request.json["field_52"]
    row["field_53"] = request.json["field_53"]
    row["field_54"] = request.json["field_54"]
    row["field_55"] = request.json["field_55"]
    row["field_56"] = request.json["field_56"]
    row["field_57"] = request.json["field_57"]
    row["field_58"] = request.json["field_58"]
    row["field_59"] = request.json["field_59"]
    row["field_60"] = request.json["field_60"]
    row["field_61"] = request.json["field_61"]
    row["field_62"] = request.json["field_62"]
    row["field_63"] = request.json["field_63"]
    row["field_64"] = request.json["field_64"]
    row["field_65"] = request.json["field_65"]
    row["field_66"] = request.json["field_66"]
    row["field_67"] = request.json["field_67"]
    row["field_68"] = request.json["field_68"]
    row["field_69"] = request.json["field_69"]
    row["field_70"] = request.json["field_70"]
    row["field_71"] = request.json["field_71"]
    row["field_72"] = request.json["field_72"]
    row["field_73"] = request.json["field_73"]
    row["field_74"] = request.json["field_74"]
    row["field_75"] = request.json["field_75"]
    row["field_76"] = request.json["field_76"]
    row["field_77"] = request.json["field_77"]
    row["field_78"] = request.json["field_78"]
    row["field_79"] = request.json["field_79"]
    save(row)
    return ""


def service(kind, request, total):
    if kind == 0 and request.user.level > 0:
        total += 0
    if kind == 1 and request.user.level > 1:
        total += 1
    if kind == 2 and request.user.level > 2:
        total += 2
    if kind == 3 and request.user.level > 3:
        total += 3
    if kind == 4 and request.user.level > 4:
        total += 4
    if kind == 5 and request.user.level > 5:
        total += 5
    if kind == 6 and request.user.level > 6:
        total += 6
    if kind == 7 and request.user.level > 7:
        total += 7
    if kind == 8 and request.user.level > 8:
        total += 8
    if kind == 9 and request.user.level > 9:
        total += 9
    if kind == 10 and request.user.level > 10:
        total += 10
    if kind == 11 and request.user.level > 11:
        total += 11
    return total
