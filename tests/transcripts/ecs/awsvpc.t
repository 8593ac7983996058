# A task with a network interface of its own: PROVISIONING until its node has it, DEPROVISIONING unseen at the end.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"net","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],
  "cpu":"256","memory":"512","containerDefinitions":[{"name":"web","image":"hello:1"}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ec2 DescribeSubnets {"Filters":[{"Name":"availability-zone","Values":["us-east-1a"]}]}
| Subnets.SubnetId Subnets.CidrBlock Subnets.AvailableIpAddressCount
< 200 {"Subnets":[{"SubnetId":"$subnet1","CidrBlock":"172.31.0.0/20","AvailableIpAddressCount":4091}]}
> ecs RunTask {"taskDefinition":"net","launchType":"FARGATE"}
< 400 {
    "__type": "InvalidParameterException",
    "message": "Network Configuration must be provided when networkMode 'awsvpc' is specified."
  }
> ecs RunTask {"taskDefinition":"net","launchType":"FARGATE",
  "networkConfiguration":{"awsvpcConfiguration":{"subnets":["$subnet1"]}}}
| tasks.taskArn tasks.lastStatus tasks.platformVersion tasks.attachments tasks.containers.networkInterfaces
< 200 {
    "tasks": [
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "lastStatus": "PROVISIONING",
        "platformVersion": "1.4.0",
        "attachments": [
          {
            "id": "$uuid1",
            "type": "ElasticNetworkInterface",
            "status": "ATTACHING",
            "details": [
              {"name":"subnetId","value":"$subnet1"},
              {"name":"networkInterfaceId","value":"$interface1"},
              {"name":"macAddress","value":"$mac1"},
              {"name":"privateIPv4Address","value":"$address1"}
            ]
          }
        ],
        "containers": [{"networkInterfaces":[{"attachmentId":"$uuid1","privateIpv4Address":"$address1"}]}]
      }
    ]
  }
@ +500ms
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.connectivity tasks.connectivityAt tasks.attachments.status
< 200 {
    "tasks": [
      {
        "lastStatus": "PENDING",
        "connectivity": "CONNECTED",
        "connectivityAt": "+1.122s",
        "attachments": [{"status":"ATTACHED"}]
      }
    ]
  }
> ec2 DescribeSubnets {"SubnetIds":["$subnet1"]}
| Subnets.AvailableIpAddressCount
< 200 {"Subnets":[{"AvailableIpAddressCount":4090}]}
@ +2s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.startedAt
< 200 {"tasks":[{"lastStatus":"RUNNING","startedAt":"+2.222s"}]}
> ecs StopTask {"task":"$task1","reason":"enough"}
| task.lastStatus task.stoppedReason
< 200 {"task":{"lastStatus":"STOPPING","stoppedReason":"enough"}}
@ +1s
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.stopCode tasks.stoppedReason tasks.stoppingAt tasks.executionStoppedAt tasks.stoppedAt tasks.attachments.status tasks.containers.exitCode tasks.containers.networkInterfaces
< 200 {
    "tasks": [
      {
        "lastStatus": "STOPPED",
        "stopCode": "UserInitiated",
        "stoppedReason": "enough",
        "stoppingAt": "+3.525s",
        "executionStoppedAt": "+3.629s",
        "stoppedAt": "+3.640s",
        "attachments": [{"status":"DELETED"}],
        "containers": [{"exitCode":143,"networkInterfaces":[]}]
      }
    ]
  }
> ec2 DescribeSubnets {"SubnetIds":["$subnet1"]}
| Subnets.AvailableIpAddressCount
< 200 {"Subnets":[{"AvailableIpAddressCount":4091}]}
