"""Names in every network mode."""

import re

from harness.tasks import run, shell

SHOW = "cat /etc/resolv.conf; "


def host_servers():
    with open("/etc/resolv.conf", encoding="utf-8") as file:
        return re.findall(r"^nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$", file.read(), re.M)


def test_a_vpc_has_a_resolver_of_its_own_and_names_for_its_addresses(server):
    task = run(server, shell(SHOW + "address=$(hostname -i); name=ip-$(echo $address | tr . -).ec2.internal; "
                             "nslookup $name | tail -n +3; nslookup $address; "
                             "nslookup ip-1-2-3-4.ec2.internal 2>&1"), mode="awsvpc")
    text = "\n".join(task.output())
    address = task.describe()["attachments"][0]["details"]
    address = next(each["value"] for each in address if each["name"] == "privateIPv4Address")
    name = "ip-" + address.replace(".", "-") + ".ec2.internal"
    assert "nameserver 172.31.0.2" in text and "search ec2.internal" in text, text
    assert re.search(rf"Address:? ?\d*:? {re.escape(address)}", text), text
    assert f"name = {name}" in text, text
    assert "NXDOMAIN" in text, text


def test_host_mode_has_the_hosts_list(server):
    lines = run(server, shell(SHOW), mode="host").output()
    assert [line.split()[1] for line in lines if line.startswith("nameserver")] == host_servers()


def test_bridge_mode_has_servers_that_it_reaches(server):
    lines = run(server, shell(SHOW), mode="bridge").output()
    listed = [line.split()[1] for line in lines if line.startswith("nameserver")]
    assert not any(each.startswith("127.") for each in listed)
    assert listed or not host_servers()
